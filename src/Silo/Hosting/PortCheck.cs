using System.Net;
using System.Net.Sockets;
using Actors.Silo.Settings;

namespace Actors.Silo.Hosting;

/// <summary>Finds ports that another process holds, before anything is started.</summary>
internal static class PortCheck
{
    /// <summary>The ports in use, one sentence each; empty when all are free.</summary>
    public static IReadOnlyList<string> Faults(SiloSettings settings)
    {
        (string Option, int Port)[] ports = [("silo-port", settings.SiloPort), ("gateway-port", settings.GatewayPort), ("http-port", settings.HttpPort)];
        return [.. ports.Select(port => Fault(settings.ListeningAddress, port.Port, port.Option)).OfType<string>()];
    }

    private static string? Fault(IPAddress address, int port, string option)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return $"Port {port} of {address} is in use by another process. End that process, or choose another port with --{option}.";
        }
        catch (SocketException failure)
        {
            return $"Port {port} of {address} cannot be listened on: {failure.Message}. Choose another with --{option}.";
        }
    }
}
