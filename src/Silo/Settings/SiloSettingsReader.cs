using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Actors.Learning.Devices;

namespace Actors.Silo.Settings;

/// <summary>Reads a silo's settings and finds every fault of them.</summary>
internal sealed class SiloSettingsReader
{
    private const int LastPort = 65535;
    private const int MostThreads = 1024;
    private static readonly string[] ReservedLabels = [SiloSettings.DevicesKey, SiloSettings.ThreadsKey, SiloSettings.VersionKey];

    private readonly IReadOnlyDictionary<string, SiloSettingText> given;
    private readonly List<string> faults = [];

    private SiloSettingsReader(IReadOnlyDictionary<string, SiloSettingText> given) => this.given = given;

    /// <summary>Reads the settings.</summary>
    /// <param name="given">What was written, by name of setting.</param>
    /// <returns>The settings where there are no faults; all faults, one sentence each.</returns>
    public static (SiloSettings? Settings, IReadOnlyList<string> Faults) Read(IReadOnlyDictionary<string, SiloSettingText> given)
    {
        var reader = new SiloSettingsReader(given);
        SiloSettings settings = reader.Read();
        return (reader.faults.Count == 0 ? settings : null, reader.faults);
    }

    private SiloSettings Read()
    {
        foreach ((string name, SiloSettingText text) in given.Where(pair => pair.Key != SiloSetting.Label && pair.Value.Values.Count > 1))
        {
            IEnumerable<string> came = name == "cluster" ? text.Values.Select(ClusterAddress.Shown) : text.Values;
            faults.Add($"{text.Origin} is given once, but came {text.Values.Count} times: {string.Join(", ", came)}.");
        }

        int cores = Environment.ProcessorCount;
        var settings = new SiloSettings
        {
            Cluster = Of(
                "cluster",
                ClusterAddress.Localhost,
                ClusterAddress.Parse,
                "localhost, redis://HOST:PORT[,PASSWORD] or redis://:PASSWORD@HOST:PORT",
                secret: true),
            ClusterId = Of("cluster-id", "actors", NameOf, "a name of letters, digits, '-', '_' and '.'"),
            SiloPort = Number("silo-port", 11111, LastPort),
            GatewayPort = Number("gateway-port", 30000, LastPort),
            HttpPort = Number("http-port", 8080, LastPort),
            Address = Of("address", IPAddress.Loopback, AddressOf, "an IPv4 address that others reach this silo at"),
            Devices = Devices(),
            ThreadsPerDevice = Number("threads-per-device", Math.Min(2, cores), MostThreads),
            Labels = Labels(),
            DataRoot = Of("data-root", Environment.CurrentDirectory, path => Directory.Exists(path) ? Path.GetFullPath(path) : null, "a folder that exists"),
            FastFailureDetection = Of("fast-failure-detection", (bool?)false, text => bool.TryParse(text, out bool on) ? on : null, "true or false")!.Value,
        };
        if (settings.Cluster.IsOfMachines && IPAddress.IsLoopback(settings.Address))
        {
            string origin = given.TryGetValue("address", out SiloSettingText? text) ? text.Origin : "--address";
            faults.Add($"{origin} must be an address that other machines reach this silo at where --cluster is a Redis that they may share, "
                + $"{settings.Cluster}, but is {settings.Address}, which is each machine's own. Give this machine's address in their network.");
        }

        int[] ports = [settings.SiloPort, settings.GatewayPort, settings.HttpPort];
        if (ports.Distinct().Count() < ports.Length)
        {
            faults.Add($"--silo-port, --gateway-port and --http-port must differ, but are {string.Join(", ", ports)}.");
        }

        return settings;
    }

    private static string? NameOf(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? text : null;

    private static IPAddress? AddressOf(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork && !address.Equals(IPAddress.Any)
            ? address
            : null;

    private T Of<T>(string name, T otherwise, Func<string, T?> read, string rule, bool secret = false)
    {
        if (!given.TryGetValue(name, out SiloSettingText? text))
        {
            return otherwise;
        }

        if (read(text.Values[^1]) is { } value)
        {
            return value;
        }

        // What was meant as a password must not end in a log.
        string came = secret ? ClusterAddress.Shown(text.Values[^1]) : text.Values[^1];
        faults.Add($"{text.Origin} must be {rule}, but is '{came}'.");
        return otherwise;
    }

    private int Number(string name, int otherwise, int most) => Of(
        name,
        (int?)otherwise,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= 1 && n <= most ? n : null,
        $"a whole number from 1 to {most}")!.Value;

    private IReadOnlyList<DeviceName> Devices()
    {
        if (!given.TryGetValue("devices", out SiloSettingText? text))
        {
            return DeviceList.Offered(DeviceList.Present());
        }

        string[] names = text.Values[^1].Split(',', StringSplitOptions.TrimEntries);
        IReadOnlyList<string> wrong = DeviceList.Faults(names);
        faults.AddRange(wrong.Select(fault => $"{text.Origin}: {fault}"));
        DeviceName[] devices = [.. names.Select(name => DeviceName.TryParse(name, out DeviceName device) ? device : DeviceName.Cpu)];
        if (wrong.Count == 0 && devices.Distinct().Count() < devices.Length)
        {
            faults.Add($"{text.Origin} must name each device once, but is '{text.Values[^1]}'.");
        }

        return devices;
    }

    private Dictionary<string, string> Labels()
    {
        var labels = new Dictionary<string, string>();
        if (!given.TryGetValue(SiloSetting.Label, out SiloSettingText? text))
        {
            return labels;
        }

        foreach (string label in text.Values)
        {
            string[] parts = label.Split('=', 2);
            if (parts.Length < 2 || NameOf(parts[0]) is null)
            {
                faults.Add($"{text.Origin} must be KEY=VALUE, but is '{label}'.");
            }
            else if (ReservedLabels.Contains(parts[0]))
            {
                faults.Add($"{text.Origin} must not be '{parts[0]}', which says what --{parts[0]} says.");
            }
            else if (!labels.TryAdd(parts[0], parts[1]))
            {
                faults.Add($"{text.Origin} '{parts[0]}' is given twice: '{labels[parts[0]]}' and '{parts[1]}'.");
            }
        }

        return labels;
    }
}
