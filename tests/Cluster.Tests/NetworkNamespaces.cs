using System.Diagnostics;
using System.Globalization;

namespace Actors.Cluster.Tests;

/// <summary>A network of its own: a hub, and hosts that each have one link to it. Nothing outside is reached, and all of it goes when it is disposed.</summary>
/// <remarks>Each host is a network namespace; their links meet in a bridge in the hub's. Only root may make them.</remarks>
internal sealed class NetworkNamespaces : IDisposable
{
    private const string Bridge = "bridge";
    private const string Uplink = "uplink"; // of each host

    private readonly string prefix = string.Create(CultureInfo.InvariantCulture, $"actors-{Environment.ProcessId}");
    private readonly List<string> made = [];

    /// <param name="hosts">How many hosts.</param>
    public NetworkNamespaces(int hosts)
    {
        try
        {
            Add(Name(0));
            In(0, "ip", "link", "add", Bridge, "type", "bridge");
            In(0, "ip", "address", "add", $"{Address(0)}/24", "dev", Bridge);
            In(0, "ip", "link", "set", Bridge, "up");
            for (int host = 1; host <= hosts; host++)
            {
                Add(Name(host));
                In(0, "ip", "link", "add", Link(host), "type", "veth", "peer", "name", Uplink, "netns", Name(host));
                In(0, "ip", "link", "set", Link(host), "master", Bridge, "up");
                In(host, "ip", "address", "add", $"{Address(host)}/24", "dev", Uplink);
                In(host, "ip", "link", "set", Uplink, "up");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why they cannot be made here; null where they can.</summary>
    public static string? Obstacle
    {
        get
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            {
                return "Network namespaces are made by root alone.";
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"actors-{Environment.ProcessId}-try");
            try
            {
                Run("ip", "netns", "add", name);
                Run("ip", "netns", "delete", name);
                return null;
            }
            catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return $"Network namespaces are not to be had here: {failure.Message}";
            }
        }
    }

    /// <summary>Address of the hub (0) or a host (1, 2, …).</summary>
    public static string Address(int host) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{(host == 0 ? 254 : host)}");

    /// <summary>Starts a program on a host; the process is the program itself.</summary>
    public ChildProcess Start(int host, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        new("ip", ["netns", "exec", Name(host), program, .. arguments], environment);

    /// <summary>Takes a host's link away: what it sends and what is sent to it is lost.</summary>
    public void Cut(int host) => In(0, "ip", "link", "set", Link(host), "down");

    /// <summary>Gives a host its link back.</summary>
    public void Heal(int host) => In(0, "ip", "link", "set", Link(host), "up");

    /// <summary>Lets nothing through between two hosts; each reaches all others.</summary>
    public void Part(int one, int other) => SetApart("on", one, other);

    /// <summary>Lets two hosts reach each other again.</summary>
    public void Join(int one, int other) => SetApart("off", one, other);

    /// <summary>Lets so many kilobits a second through to a host and no more, with a queue of half a second.</summary>
    public void Slow(int host, int kilobits) =>
        In(
            0, "tc", "qdisc", "add", "dev", Link(host), "root",
            "tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{kilobits}kbit"), "burst", "16kbit", "latency", "500ms");

    /// <summary>Takes the limit away.</summary>
    public void Quicken(int host) => In(0, "tc", "qdisc", "delete", "dev", Link(host), "root");

    public void Dispose()
    {
        foreach (string name in made)
        {
            Run("ip", "netns", "delete", name);
        }

        made.Clear();
    }

    private static string Link(int host) => string.Create(CultureInfo.InvariantCulture, $"host{host}");

    private static void Run(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {said.Trim()}");
        }
    }

    private string Name(int host) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{host}");

    private void Add(string name)
    {
        Run("ip", "netns", "add", name);
        made.Add(name);
        Run("ip", "-netns", name, "link", "set", "lo", "up");
    }

    private void SetApart(string isolated, params int[] hosts) =>
        Array.ForEach(hosts, host => In(0, "ip", "link", "set", "dev", Link(host), "type", "bridge_slave", "isolated", isolated));

    private void In(int host, params string[] command) => Run(["ip", "netns", "exec", Name(host), .. command]);
}
