using Actors.Contracts.Runs;
using Actors.Learning.Devices;

namespace Actors.Client.Configuration;

/// <summary>Finds what a configuration names and this machine does not have.</summary>
internal static class MachineCheck
{
    public static void Run(RunConfiguration configuration, Func<string, Origin> originOf, FaultList faults)
    {
        foreach (string fault in DeviceList.Faults(configuration.Placement.Devices))
        {
            string others =
                $"Give others: --set placement.devices=[{DeviceList.Present()[0]}], or null for those offered.";
            faults.Add(originOf("placement.devices"), $"placement.devices: {fault} {others}");
        }

        string path = configuration.Data.Path;
        if (path.Length > 0 && !Path.Exists(path))
        {
            faults.Add(
                originOf("data.path"),
                $"data.path must be a file or folder that exists, but '{path}' is not there. Relative paths in a file count from its folder.");
        }

        foreach (ModalityConfiguration modality in configuration.Modalities)
        {
            if (modality.Weights is { } weights && !File.Exists(weights))
            {
                faults.Add(
                    originOf($"modalities.{modality.Name}.weights"),
                    $"modalities.{modality.Name}.weights must be a safetensors file that exists, but '{weights}' is not there.");
            }
        }
    }
}
