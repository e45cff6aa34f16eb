using System.Globalization;
using System.Net.Sockets;
using Actors.Silo.Tests;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A real Redis on a free port and in a folder of its own; what it acknowledged is on disk.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly int port = FreePorts.Take(1)[0];
    private readonly string folder;
    private readonly string[] more;
    private ChildProcess? process;

    /// <param name="folder">Where it keeps its file.</param>
    /// <param name="more">Settings besides.</param>
    public RedisServer(string folder, params string[] more) => (this.folder, this.more) = (folder, more);

    /// <summary>Why there cannot be one here; null where there can.</summary>
    public static string? Obstacle => RequiredProgram.Obstacle("redis-server", "redis-server");

    /// <summary>As silos and consoles are told.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(folder);
        process = new ChildProcess("redis-server",
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", .. more,
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
