using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Actors.Client.Commands;

namespace Actors.Client.Cluster;

/// <summary>Where a cluster is: gateways that are named.</summary>
/// <param name="Text">As the person wrote it.</param>
/// <param name="Gateways">The gateways, by address.</param>
internal sealed record ClusterAddress(string Text, IReadOnlyList<IPEndPoint> Gateways)
{
    private const string Rule = "must be HOST:PORT[,HOST:PORT] of gateways";

    /// <param name="text"><c>HOST:PORT[,HOST:PORT]</c>.</param>
    /// <exception cref="CommandFailure">The text is no address, or a host has none.</exception>
    public static ClusterAddress Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            throw new CommandFailure(ExitCode.BadInput, $"--cluster {Rule}, but is '{text}'.");
        }

        return new ClusterAddress(text, [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(part => Resolve(part, text))]);
    }

    private static IEnumerable<IPEndPoint> Resolve(string part, string text)
    {
        int colon = part.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new CommandFailure(ExitCode.BadInput, $"--cluster {Rule}, but is '{text}'.");
        }

        string host = part[..colon].Trim('[', ']');
        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(host);
            IPAddress[] preferred = [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)];
            return (preferred.Length > 0 ? preferred : addresses).Select(address => new IPEndPoint(address, port));
        }
        catch (SocketException failure)
        {
            throw new CommandFailure(ExitCode.CannotConnect, $"The cluster at '{text}' could not be reached: host '{host}' has no address ({failure.Message}). Mend --cluster.");
        }
    }
}
