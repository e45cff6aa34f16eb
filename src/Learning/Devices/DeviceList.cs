using TorchSharp;

namespace Actors.Learning.Devices;

/// <summary>The devices of this machine.</summary>
public static class DeviceList
{
    /// <summary>Devices present: every GPU, and one CPU device per core.</summary>
    public static IReadOnlyList<DeviceName> Present()
    {
        int gpus = torch.cuda_is_available() ? torch.cuda.device_count() : 0;
        return
        [
            .. Enumerable.Range(0, gpus).Select(index => new DeviceName(DeviceType.CUDA, index)),
            .. Enumerable.Range(0, Environment.ProcessorCount).Select(index => new DeviceName(DeviceType.CPU, index)),
        ];
    }

    /// <summary>What a silo offers unless it is told: every GPU; without one, a CPU device for each two cores.</summary>
    /// <param name="present">The devices of its machine.</param>
    public static IReadOnlyList<DeviceName> Offered(IReadOnlyList<DeviceName> present)
    {
        DeviceName[] gpus = [.. present.Where(device => device.Kind != DeviceType.CPU)];
        return gpus.Length > 0 ? gpus : [.. present.Take(Math.Max(1, present.Count / 2))];
    }

    /// <summary>Faults of a list of device names: unreadable, or not present; one sentence each, empty when all are there.</summary>
    public static IReadOnlyList<string> Faults(IEnumerable<string> names)
    {
        IReadOnlyList<DeviceName> present = Present();
        var faults = new List<string>();
        foreach (string name in names)
        {
            if (!DeviceName.TryParse(name, out DeviceName device))
            {
                faults.Add($"A device is written cpu:0 or cuda:1, but '{name}' is not. Present here: {string.Join(", ", present)}.");
            }
            else if (!present.Contains(device))
            {
                string gpus = device.Kind == DeviceType.CUDA && GpuAbsence.Here() is { } absence ? $"; no GPU, since {absence.Why}" : "";
                faults.Add($"Device '{name}' is not on this machine. Present here: {string.Join(", ", present)}{gpus}.");
            }
        }

        return faults;
    }
}
