using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Actors.Silo.Tests;

/// <summary>A silo, or a Redis, as a process of its own; killed when disposed.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(90);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly StringBuilder said = new();
    private readonly Process process;

    private SiloProcess(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true } };
        foreach ((string name, string value) in environment)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int HttpPort { get; private init; }

    public int GatewayPort { get; private init; }

    /// <summary><c>ip:port</c> of the silo.</summary>
    public string Address { get; private init; } = "";

    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>Starts the silo that was built, with these options alone.</summary>
    public static SiloProcess StartWith(params string[] arguments) => new(Path.Combine(AppContext.BaseDirectory, "Actors.Silo"), arguments);

    /// <summary>Starts the silo that was built on free ports.</summary>
    public static SiloProcess Start(string cluster, params string[] more) => Start([], cluster, more);

    /// <summary>Starts the silo that was built on free ports, with these environment variables too.</summary>
    public static SiloProcess Start((string Name, string Value)[] environment, string cluster, params string[] more)
    {
        int[] ports = FreePorts.Take(3);
        string[] texts = [.. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))];
        return new SiloProcess(
            Path.Combine(AppContext.BaseDirectory, "Actors.Silo"),
            [
                "--cluster", cluster, "--silo-port", texts[0], "--gateway-port", texts[1], "--http-port", texts[2],
                .. more.Contains("--devices") ? [] : (string[])["--devices", "cpu:0"], .. more,
            ],
            environment)
        {
            HttpPort = ports[2],
            GatewayPort = ports[1],
            Address = $"127.0.0.1:{texts[0]}",
        };
    }

    /// <summary>Starts a Redis that keeps what it acknowledged.</summary>
    public static SiloProcess StartRedis(int port, string folder, params string[] more)
    {
        RequiredProgram.SkipWithout("redis-server", "redis-server");
        return new SiloProcess("redis-server",
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", .. more,
        ]);
    }

    public async Task<string> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{HttpPort}{path}"), TestContext.Current.CancellationToken);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    public Task WaitForAnswerAsync(string path, string text) => WaitAsync($"{path} to answer '{text}'", async () =>
    {
        try
        {
            return (await GetAsync(path)).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false; // does not listen yet
        }
    });

    public Task WaitForWordsAsync(string text) => WaitAsync($"it to say '{text}'", () => Task.FromResult(Said.Contains(text, StringComparison.Ordinal)));

    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Most);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Most.TotalSeconds} s for the silo to end. It said:\n{Said}");
        }

        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private async Task WaitAsync(string what, Func<Task<bool>> reached)
    {
        var since = Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.False(process.HasExited, $"Waited for {what}, but the process ended. It said:\n{Said}");
            Assert.True(since.Elapsed < Most, $"Waited {Most.TotalSeconds} s for {what}. It said:\n{Said}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private void Hear(string? line)
    {
        lock (said)
        {
            said.AppendLine(line);
        }
    }
}
