using System.Globalization;
using System.Net.Sockets;
using Actors.Silo.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A real Redis on a free port and in a folder of its own; what it acknowledged is on disk.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly int port = FreePorts.Take(1)[0];
    private readonly string folder;
    private ChildProcess? process;

    /// <param name="folder">Where it keeps its file.</param>
    public RedisServer(string folder) => this.folder = folder;

    /// <summary>As silos and consoles are told.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        bool there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "redis-server")));
        Assert.True(there, "These tests start redis-server, which is not on PATH: apt-get install redis-server.");
        Directory.CreateDirectory(folder);
        process = new ChildProcess("redis-server",
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
        ]);
        await Waiting.ForAsync("Redis to listen", Listens, instead: () => process.Said);
    }

    /// <summary>Kills it.</summary>
    public void Kill() => process?.Kill();

    public void Dispose() => process?.Dispose();

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
