using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Actors.Client.Tests.Commands;

namespace Actors.Client.Tests.Cluster;

/// <summary><c>nodes</c> against a real silo, and what every command says of an address.</summary>
public sealed class NodesCommandTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private readonly Terminal terminal = new();

    [Fact]
    public async Task Nodes_OneSilo_IsListed()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "nodes", "--format", "json"));

        JsonElement silo = Assert.Single(terminal.Json.GetProperty("data").EnumerateArray().ToArray());
        Assert.Equal(("active", cluster.GatewayPort), (silo.GetProperty("status").GetString(), silo.GetProperty("gateway_port").GetInt32()));
        var text = new Terminal();
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(text, "nodes"));
        Assert.Contains("active", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_NobodyAnswers_CannotConnectInBoundedTime()
    {
        using Socket mute = Mute();
        string address = $"localhost:{PortOf(mute)}";
        long started = Stopwatch.GetTimestamp();

        Assert.Equal(ExitCode.CannotConnect, await terminal.RunAsync("nodes", "--cluster", address));

        Assert.Contains(address, terminal.Error, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Nodes_FirstGatewayRefuses_NextAnswers()
    {
        using Socket mute = Mute();
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("nodes", "--cluster", $"localhost:{PortOf(mute)},{cluster.Address}"));
    }

    [Fact]
    public async Task Nodes_FirstGatewayHangs_NextAnswers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // the kernel takes the connection, and nobody ever speaks
        silent.Start();

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("nodes", "--cluster", $"localhost:{((IPEndPoint)silent.LocalEndpoint).Port},{cluster.Address}"));
    }

    [Theory]
    [InlineData("nodes")]
    [InlineData("nodes --cluster nonsense")]
    [InlineData("nodes --cluster localhost:0")]
    [InlineData("nodes --cluster redis://")]
    [InlineData("nodes --cluster http://localhost:80")]
    public async Task Nodes_NoAddress_IsBadInput(string arguments)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync(arguments.Split(' ')));
        Assert.Contains("--cluster", terminal.Error, StringComparison.Ordinal);
    }

    /// <summary>Has a port, so that nobody else gets it, and refuses who connects.</summary>
    private static Socket Mute()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
