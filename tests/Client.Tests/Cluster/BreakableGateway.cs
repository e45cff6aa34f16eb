using System.Net;
using System.Net.Sockets;

namespace Actors.Client.Tests.Cluster;

/// <summary>A way to a gateway that a test can cut, as when a gateway dies; new connections are let through again.</summary>
internal sealed class BreakableGateway : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource disposed = new();
    private readonly List<TcpClient> open = [];
    private readonly Task accepting;

    public BreakableGateway()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>The port that consoles connect to.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The port that the gateway listens on.</summary>
    public int Target { get; set; }

    /// <summary>True: who connects is cut at once.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Cuts every connection there is.</summary>
    /// <returns>How many ends were closed.</returns>
    public int Cut()
    {
        lock (open)
        {
            int count = open.Count;
            open.ForEach(client => client.Dispose());
            open.Clear();
            return count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        listener.Stop();
        Cut();
        await accepting.ContinueWith(_ => { }, TaskScheduler.Default); // it ends by the listener's end
        disposed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient console = await listener.AcceptTcpClientAsync(disposed.Token);
            if (IsClosed)
            {
                console.Dispose();
                continue;
            }

            var silo = new TcpClient();
            await silo.ConnectAsync(IPAddress.Loopback, Target, disposed.Token);
            lock (open)
            {
                open.AddRange([console, silo]);
            }

            _ = PumpAsync(console, silo);
            _ = PumpAsync(silo, console);
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
