using System.Net;

namespace Actors.Silo.Tests;

/// <summary>A silo that started an hour after every other one, by its address.</summary>
internal sealed class LaterSilo(int port, int gatewayPort) : ILocalSiloDetails
{
    private const int Hour = 3600;

    public string Name => "later";

    public string ClusterId => "actors";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, port, SiloAddress.AllocateNewGeneration() + Hour);

    public SiloAddress GatewayAddress { get; } = SiloAddress.New(IPAddress.Loopback, gatewayPort, 0);
}
