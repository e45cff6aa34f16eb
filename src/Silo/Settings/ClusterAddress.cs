using System.CommandLine;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Actors.Silo.Settings;

/// <summary>Where silos find each other, and consoles find them: nowhere (a cluster of one, in memory), or a Redis.</summary>
/// <param name="Host">Redis' host; null: localhost clustering.</param>
/// <param name="Port">Redis' port.</param>
/// <param name="Password">Redis' password; null: none.</param>
public sealed record ClusterAddress(string? Host, int Port, string? Password)
{
    private const string Scheme = "redis://";
    private const int RedisPort = 6379;

    /// <summary>A cluster of this silo alone.</summary>
    public static ClusterAddress Localhost { get; } = new(null, 0, null);

    /// <summary>Whether silos find each other through Redis.</summary>
    public bool IsRedis => Host is not null;

    /// <summary>Whether other machines may be part of it: a Redis that is not of this machine alone.</summary>
    public bool IsOfMachines => IsRedis && Host != "localhost"
        && !(IPAddress.TryParse(Host!.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>localhost</c>, <c>redis://HOST[:PORT][,PASSWORD]</c> or <c>redis://:PASSWORD@HOST[:PORT]</c>.</summary>
    /// <returns>Null where the text is neither.</returns>
    public static ClusterAddress? Parse(string text)
    {
        if (text == "localhost")
        {
            return Localhost;
        }

        string[] parts = text.Split(',', 2);
        if (!parts[0].StartsWith(Scheme, StringComparison.Ordinal) || !Uri.TryCreate(parts[0], UriKind.Absolute, out Uri? uri))
        {
            return null;
        }

        bool onlyAPlace = uri.Host.Length > 0 && uri.PathAndQuery is "" or "/" && uri.Fragment.Length == 0 && uri.Port != 0;
        string? password = parts.Length == 1 ? null : parts[1].StartsWith("password=", StringComparison.Ordinal) ? parts[1]["password=".Length..] : parts[1];
        if (uri.UserInfo.Length > 0)
        {
            string[] user = uri.UserInfo.Split(':', 2); // the user that a password alone stands for is "default"
            password = password is null && user is ["" or "default", _] ? Uri.UnescapeDataString(user[1]) : "";
        }

        return onlyAPlace && password != "" ? new ClusterAddress(uri.Host, uri.Port < 0 ? RedisPort : uri.Port, password) : null;
    }

    /// <summary>What was written as an address, for messages: without what may be meant as a password, wherever it stands.</summary>
    public static string Shown(string text)
    {
        string scheme = text.StartsWith(Scheme, StringComparison.Ordinal) ? Scheme : "", place = text[scheme.Length..];
        int at = place.LastIndexOf('@'), end = place.IndexOfAny([',', ';', '?', '#', '/', ' ']);
        return end >= 0 && end < at
            ? $"{scheme}…"
            : $"{scheme}{(at < 0 ? "" : "…")}{place[Math.Max(at, 0)..(end < 0 ? place.Length : end)]}{(end < 0 ? "" : "…")}";
    }

    /// <summary>A message about a command line, without the passwords in that.</summary>
    public static string Masked(string message, ParseResult parsed) => parsed.Tokens.Select(token => token.Value)
        .Where(word => word.Contains(Scheme, StringComparison.Ordinal))
        .Aggregate(message, (masked, word) => masked.Replace(word, Shown(word), StringComparison.Ordinal));

    /// <summary>How to connect to Redis.</summary>
    /// <param name="failAtOnce">True: a connection that cannot be made is a failure with its cause. False: it is tried again for as long as it takes.</param>
    public ConfigurationOptions ToRedis(bool failAtOnce = false)
    {
        var options = new ConfigurationOptions { Password = Password, AbortOnConnectFail = failAtOnce, ConnectTimeout = 2000 };
        options.EndPoints.Add(Host!, Port);
        return options;
    }

    /// <summary>Whether Redis refuses whoever connects, which trying again does not mend.</summary>
    public static bool IsRefusal(Exception failure) =>
        failure is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } or RedisCommandException
        || failure.Message.Contains("NOAUTH", StringComparison.Ordinal)
        || failure.Message.Contains("WRONGPASS", StringComparison.Ordinal)
        || failure.Message.Contains("NOPERM", StringComparison.Ordinal);

    /// <summary>What a person is told where Redis does not let a silo or a console in.</summary>
    public string Refusal(Exception failure) =>
        $"{this} refuses {(Password is null ? "to be used without a password" : "the password")}"
        + $"{(failure.Message.Contains("NOPERM", StringComparison.Ordinal) ? ": its user may not do what is needed (NOPERM)" : "")}.";

    /// <summary>A failure without the advice to programmers that follows its first sentence.</summary>
    public static string FirstSentence(Exception failure) => failure.Message.Split(" To allow ", 2)[0];

    /// <summary>The place, never the password.</summary>
    public override string ToString() => IsRedis ? string.Create(CultureInfo.InvariantCulture, $"{Scheme}{Host}:{Port}") : "localhost";
}
