using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Actors.Benchmarks;

/// <summary>Who looks at a silo: a Prometheus, an OTLP collector and a console, all of which do their part badly, or nobody.</summary>
/// <param name="slow">True: each takes and never comes to an end. False: each breaks off, or is not there. Null: nobody looks.</param>
internal sealed class Onlookers(bool? slow) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly List<TcpClient> held = [];
    private TcpListener? collector;
    private Process? console;
    private Task scraping = Task.CompletedTask;

    /// <summary>Tells the silo of its collector before it starts.</summary>
    public void Configure(ProcessStartInfo silo)
    {
        if (slow is null)
        {
            return;
        }

        collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        silo.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}";
        silo.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        silo.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        if (slow.Value)
        {
            _ = HoldAsync(collector);
        }
        else
        {
            collector.Stop(); // it refuses
        }
    }

    /// <summary>Begins to look.</summary>
    public void Begin(string program, string run, string gateway, int httpPort)
    {
        if (slow is null)
        {
            return;
        }

        console = Process.Start(
            new ProcessStartInfo(program, ["watch", run, "--cluster", gateway]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        console.StandardError.ReadLine(); // it sees the run
        if (slow.Value)
        {
            using Process stop = Process.Start("kill", ["-s", "STOP", console.Id.ToString(CultureInfo.InvariantCulture)]);
            stop.WaitForExit();
        }
        else
        {
            console.Kill();
        }

        scraping = ScrapeAsync(httpPort);
    }

    public void Dispose()
    {
        ended.Cancel();
        scraping.Wait();
        if (console is { HasExited: false })
        {
            console.Kill();
        }

        console?.Dispose();
        collector?.Dispose();
        held.ForEach(client => client.Dispose());
        ended.Dispose();
    }

    /// <summary>A collector that takes connections and never answers.</summary>
    private async Task HoldAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                held.Add(await listener.AcceptTcpClientAsync(ended.Token));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // It ends.
        }
    }

    /// <summary>A scrape each second: read a byte at a time, or not at all.</summary>
    private async Task ScrapeAsync(int port)
    {
        byte[] one = new byte[1];
        while (!ended.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, ended.Token);
                byte[] request = Encoding.ASCII.GetBytes("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
                await client.GetStream().WriteAsync(request, ended.Token);
                while (slow!.Value && await client.GetStream().ReadAsync(one, ended.Token) > 0)
                {
                    await Task.Delay(10, ended.Token);
                }

                await Task.Delay(1000, ended.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException)
            {
                // The next one.
            }
        }
    }
}
