using System.Collections.Immutable;
using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>placement</c>.</summary>
internal static class PlacementReader
{
    private const string SiteLabel = "site";

    public static PlacementConfiguration Read(SettingSection section, int shards)
    {
        IReadOnlyList<SettingScalar>? devices = section.Words("devices", "[cpu:0, cpu:1]");
        if (devices is { Count: 0 })
        {
            section.Fault("devices", "placement.devices must name at least one device, but is empty. Write [cpu:0], or leave it out.");
        }

        var placement = new PlacementConfiguration
        {
            Devices = devices is null ? [] : [.. devices.Select(device => device.Text)],
            ThreadsPerDevice = section.Integer("threads_per_device", 2, NumberRule.AtLeast(1)),
            Sites = Sites(section, shards),
        };
        section.Finish();
        return placement;
    }

    private static ImmutableArray<string> Sites(SettingSection section, int shards)
    {
        IReadOnlyList<SettingScalar>? sites = section.Words("sites", "[hospital-a, hospital-b]");
        if (sites is not null && sites.Count != shards)
        {
            section.Fault(
                "sites",
                $"placement.sites must name one site for each of the {shards} shard{(shards == 1 ? "" : "s")} (training.shards), but names {sites.Count}.");
        }

        foreach (SettingScalar site in sites?.Where(site => site.Text.Split('=', 2).Any(part => part.Length == 0)) ?? [])
        {
            section.Fault("sites", $"placement.sites must have the value of label '{SiteLabel}', or any label as KEY=VALUE, but has '{site.Text}'.");
        }

        return sites is null ? [] : [.. sites.Select(site => site.Text.Contains('=') ? site.Text : $"{SiteLabel}={site.Text}")];
    }
}
