using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Actors.Client.Commands;
using Actors.Silo.Settings;

namespace Actors.Client.Cluster;

/// <summary>Where a console comes into a cluster: at gateways that are named, or where its Redis says.</summary>
/// <param name="Text">As the person wrote it, without a password.</param>
/// <param name="Gateways">The gateways, by address; none where Redis knows them.</param>
/// <param name="Redis">The Redis; null where gateways are named.</param>
internal sealed record ClusterEntrance(string Text, IReadOnlyList<IPEndPoint> Gateways, ClusterAddress? Redis)
{
    /// <summary>What an address must be.</summary>
    public const string Rule = "must be HOST:PORT[,HOST:PORT] of gateways, redis://HOST[:PORT][,PASSWORD], or redis://:PASSWORD@HOST[:PORT]";

    /// <summary>What to write after <c>--cluster</c> to come here again; where there is a password, a word stands for it.</summary>
    public string Again => Redis?.Password is null ? Text : $"{Text},PASSWORD";

    /// <summary>Whether a text has the form of an address, without looking up its hosts.</summary>
    public static bool IsWellFormed(string text) => IsUri(text)
        ? ClusterAddress.Parse(text) is not null
        : Parts(text).All(part => Split(part) is not null);

    /// <summary>Reads an address and looks up its hosts.</summary>
    /// <param name="text"><see cref="Rule"/>.</param>
    /// <param name="origin">Where it was written, for messages.</param>
    /// <exception cref="CommandFailure">The text is no address, or a host has none.</exception>
    public static ClusterEntrance Parse(string text, string origin)
    {
        if (!IsWellFormed(text))
        {
            throw new CommandFailure(ExitCode.BadInput, $"{origin} {Rule}, but is '{ClusterAddress.Shown(text)}'.");
        }

        return IsUri(text)
            ? new ClusterEntrance($"{ClusterAddress.Parse(text)}", [], ClusterAddress.Parse(text))
            : new ClusterEntrance(text, [.. Parts(text).SelectMany(part => Resolve(Split(part)!.Value, text, origin))], null);
    }

    private static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal);

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    private static (string Host, int Port)? Split(string part)
    {
        int colon = part.LastIndexOf(':');
        return colon > 0 && !part.Contains('@', StringComparison.Ordinal)
            && int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is >= 1 and <= IPEndPoint.MaxPort
            ? (part[..colon].Trim('[', ']'), port)
            : null;
    }

    private static IEnumerable<IPEndPoint> Resolve((string Host, int Port) gateway, string text, string origin)
    {
        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(gateway.Host);
            IPAddress[] preferred = [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)];
            return (preferred.Length > 0 ? preferred : addresses).Select(address => new IPEndPoint(address, gateway.Port));
        }
        catch (SocketException failure)
        {
            throw new CommandFailure(
                ExitCode.CannotConnect,
                $"The cluster at '{text}' could not be reached: host '{gateway.Host}' has no address ({failure.Message}). Mend {origin}.");
        }
    }
}
