namespace Actors.Silo.Settings;

/// <summary>One setting of a silo: an option of the command line, and an environment variable of the same name.</summary>
/// <param name="Name">As on the command line, without dashes before it.</param>
/// <param name="ValueName">What help calls the value; null: a switch.</param>
/// <param name="Description">For help.</param>
internal sealed record SiloSetting(string Name, string? ValueName, string Description)
{
    /// <summary>What every environment variable of a silo begins with.</summary>
    public const string Prefix = "ACTORS_SILO__";

    /// <summary>The one setting that may be given again.</summary>
    public const string Label = "label";

    /// <summary>The one setting without a value.</summary>
    public const string FastFailureDetection = "fast-failure-detection";

    /// <summary>Every setting, as help lists them.</summary>
    public static IReadOnlyList<SiloSetting> All { get; } =
    [
        new(
            "cluster",
            "CLUSTER",
            "localhost: a cluster of this silo alone, kept in memory. "
            + "redis://HOST:PORT[,PASSWORD]: silos find each other there, and it keeps state. Default: localhost."),
        new("cluster-id", "NAME", "Silos of the same name find each other; runs belong to it. Default: actors."),
        new("silo-port", "PORT", "Where other silos connect. Default: 11111."),
        new("gateway-port", "PORT", "Where consoles connect. Default: 30000."),
        new("http-port", "PORT", "/health/live, /health/ready, /metrics. Default: 8080."),
        new("address", "IP", "The address that others reach this silo at. Default: 127.0.0.1."),
        new("devices", "DEVICES", "What computes: cuda:0,cuda:1. Default: every GPU; without one, a CPU device for each two cores."),
        new("threads-per-device", "N", "Torch threads of a device. Default: 2, or 1 on a single core."),
        new(Label, "KEY=VALUE", "Told to the cluster with the devices. Can be given again; in the environment KEY=VALUE,KEY=VALUE."),
        new("data-root", "PATH", "Folder that relative paths of runs and data start from. Default: the working folder."),
        new(FastFailureDetection, null, "A dead silo is noticed within seconds, not a minute; not for machines whose cores are all busy."),
    ];

    /// <summary>The environment variable: <c>ACTORS_SILO__SILO_PORT</c>.</summary>
    public string Variable => Prefix + Name.Replace('-', '_').ToUpperInvariant();
}
