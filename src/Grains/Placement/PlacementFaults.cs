using Actors.Contracts.Runs;

namespace Actors.Grains.Placement;

/// <summary>Finds what a run asks of the silos that they do not offer.</summary>
internal static class PlacementFaults
{
    /// <summary>Sites without silos, devices that nobody offers, sites whose silos offer none of the run's; a sentence each.</summary>
    /// <param name="placement">What the run asks for.</param>
    /// <param name="silos">Those that are there.</param>
    /// <param name="only">A shard that is planned alone: what the others' sites lack is no fault of it. Null: all.</param>
    public static IEnumerable<string> OfCluster(PlacementConfiguration placement, IReadOnlyList<SiloOffer> silos, int? only = null)
    {
        if (silos.Count == 0)
        {
            yield return "No silo of the cluster says what it offers. See: actors nodes";
            yield break;
        }

        string[] devices =
        [
            .. silos.SelectMany(silo => silo.Devices).Select(device => device.Name).Distinct().Order(StringComparer.Ordinal),
        ];
        string offered = devices.Length == 0 ? "nothing is offered" : $"offered are {string.Join(", ", devices)}";
        string others = devices.Length == 0 ? "" : " Give others, or null for these: --set placement.devices=null.";
        string[] named = [.. placement.Devices.Distinct()];
        string[] missing = [.. named.Where(device => !silos.Any(silo => silo.Devices.Any(one => one.Name == device)))];
        foreach (string device in only is null || missing.Length == named.Length ? missing : [])
        {
            string why = Broken(silos.Where(silo => silo.Broken.Contains(device)));
            yield return $"placement.devices: no silo offers {device}; {offered}.{(why.Length == 0 ? others : why)}";
        }

        if (named.Length == 0 && devices.Length == 0)
        {
            yield return $"No silo offers a device.{Broken(silos)}";
            yield break;
        }

        string[] known =
        [
            .. silos.SelectMany(silo => silo.Labels ?? []).Select(label => $"{label.Key}={label.Value}").Distinct().Order(StringComparer.Ordinal),
        ];
        foreach (var shards in placement.Sites.Select((site, shard) => (Site: site, Shard: shard))
            .Where(one => only is null || one.Shard == only)
            .GroupBy(one => one.Site))
        {
            string of = $"{shards.Key}, the site of shard {string.Join(", ", shards.Select(one => one.Shard))}";
            SiloOffer[] there = [.. silos.Where(silo => silo.IsOf(shards.Key))];
            if (there.Length == 0)
            {
                string labels = known.Length == 0 ? "No silo has a label: start them with --label" : $"Labels there are: {string.Join(", ", known)}";
                yield return $"placement.sites: no silo has the label {of}. {labels}.";
            }
            else if (!there.Any(silo => PlacementPlanner.Usable(silo, placement).Any()))
            {
                string[] theirs = [.. there.SelectMany(silo => silo.Devices).Select(device => device.Name).Distinct()];
                string what = theirs.Length == 0 ? "offer no device" : $"offer {string.Join(", ", theirs)}, none of which the run may use";
                yield return $"placement.devices: the silos of {of}, {what}.{Broken(there)}";
            }
        }
    }

    private static string Broken(IEnumerable<SiloOffer> silos) => string.Concat(silos.Where(silo => silo.Broken.Length > 0).Select(silo =>
        $" {string.Join(", ", silo.Broken)} of silo {silo.Address} failed so that its process cannot use it again: "
        + (silo.IsOfConsole ? "start the console anew; actors resume goes on with a run." : "restart that silo.")));

    /// <summary>What keeps one silo from holding a worker though it offers a device; a sentence each.</summary>
    public static IEnumerable<string> OfSilo(PlacementConfiguration placement, SiloOffer silo)
    {
        if (silo.ThreadsPerDevice < placement.ThreadsPerDevice && PlacementPlanner.Usable(silo, placement).Any(device => device.Kind == "cpu"))
        {
            yield return $"Silo {silo.Address}: a device there has {silo.ThreadsPerDevice} torch threads at most, "
                + $"but the run uses {placement.ThreadsPerDevice} everywhere, since another number gives other bits. "
                + $"Set placement.threads_per_device to {silo.ThreadsPerDevice}, or start the silo with --threads-per-device {placement.ThreadsPerDevice}.";
        }
    }
}
