using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Actors.Tests;

namespace Actors.Client.Tests.Commands;

/// <summary>Signals to commands that take none themselves: they end at once, as docs/errors.md says.</summary>
public sealed class InterruptedCommandTests : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);
    private readonly string root = Directory.CreateTempSubdirectory("actors-interrupted-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Nodes_SignalWhileAGatewaySaysNothing_EndsAtOnce(string signal, int exitCode)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using Process nodes = Start("nodes", "--cluster", $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        await Waiting.ForAsync("a call to the gateway", silent.Pending, instead: () => $"'actors nodes' has ended: {nodes.HasExited}.");
        using TcpClient asked = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, ""), await SignalAsync(nodes, signal));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Evaluate_SignalWhileDataIsRead_EndsAtOnce(string signal, int exitCode)
    {
        string data = Path.Combine(root, "samples.csv"), run = Directory.CreateDirectory(Path.Combine(root, "held")).FullName;
        using (Process made = Process.Start("mkfifo", [data])) // nobody writes: whoever reads it waits
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.WriteAllText(Path.Combine(run, "config.yaml"), $$$"""
            data: {dataset: manifest, path: {{{data}}}, modalities: {a: {format: audio, preset: crema-d} } }
            modalities: {a: {encoder: convnet} }
            """);
        using Process evaluate = Start("evaluate", run);
        await Waiting.ForAsync("its silo", () => IsListening(evaluate.Id), instead: () => $"'actors evaluate' has ended: {evaluate.HasExited}.");

        Assert.Equal((exitCode, ""), await SignalAsync(evaluate, signal));
    }

    /// <summary>As from a terminal: whoever started the tests may have had them ignore Ctrl-C, which a child inherits.</summary>
    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "actors"), .. arguments]) { RedirectStandardError = true })!;

    private static async Task<(int ExitCode, string Error)> SignalAsync(Process process, string signal)
    {
        try
        {
            using Process kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            bound.CancelAfter(Most);
            string error = await process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, error);
        }
        finally
        {
            process.Kill(); // does nothing to one that has ended
        }
    }

    /// <summary>Whether a process has a port open: its silo has started.</summary>
    private static bool IsListening(int process)
    {
        string[] held = [.. Directory.GetFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")];
        return File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(socket => socket[3] == "0A" && held.Contains($"socket:[{socket[9]}]"));
    }
}
