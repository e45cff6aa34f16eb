using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Actors.Client.Commands;
using StackExchange.Redis;

namespace Actors.Client.Cluster;

/// <summary>Where a cluster is: at gateways that are named, or where its Redis says.</summary>
/// <param name="Text">As the person wrote it, without a password.</param>
/// <param name="Gateways">The gateways, by address; none where Redis knows them.</param>
/// <param name="Redis">How to connect to Redis; null where gateways are named.</param>
internal sealed record ClusterAddress(string Text, IReadOnlyList<IPEndPoint> Gateways, ConfigurationOptions? Redis)
{
    private const string Rule = "must be HOST:PORT[,HOST:PORT] of gateways, or redis://HOST[:PORT][,PASSWORD]";
    private const string RedisScheme = "redis://";
    private const int RedisPort = 6379;

    /// <param name="text"><c>HOST:PORT[,HOST:PORT]</c> or <c>redis://HOST[:PORT][,PASSWORD]</c>.</param>
    /// <exception cref="CommandFailure">The text is no address, or a host has none.</exception>
    public static ClusterAddress Parse(string text) => text.Contains("://", StringComparison.Ordinal)
        ? OfRedis(text)
        : new ClusterAddress(text, [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(part => Resolve(part, text))], null);

    private static ClusterAddress OfRedis(string text)
    {
        string[] parts = text.Split(',', 2); // the rest is the password, which no message may show
        if (!parts[0].StartsWith(RedisScheme, StringComparison.Ordinal) || !Uri.TryCreate(parts[0], UriKind.Absolute, out Uri? uri)
            || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.PathAndQuery is not ("" or "/") || uri.Port == 0)
        {
            throw new CommandFailure(ExitCode.BadInput, $"--cluster {Rule}, but is '{parts[0]}'.");
        }

        int port = uri.Port < 0 ? RedisPort : uri.Port;
        string? password = parts.Length == 1 ? null : parts[1].StartsWith("password=", StringComparison.Ordinal) ? parts[1]["password=".Length..] : parts[1];
        var options = new ConfigurationOptions { Password = password, AbortOnConnectFail = true, ConnectTimeout = 2000 };
        options.EndPoints.Add(uri.Host, port);
        return new ClusterAddress($"{RedisScheme}{uri.Host}:{port}", [], options);
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
