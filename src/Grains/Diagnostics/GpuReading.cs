using System.Globalization;

namespace Actors.Grains.Diagnostics;

/// <summary>What a GPU said of itself last.</summary>
/// <param name="Index">Its number, as nvidia-smi counts.</param>
/// <param name="UsedBytes">Memory in use, by all processes; null where it does not tell.</param>
/// <param name="TotalBytes">Memory it has; null where it does not tell.</param>
/// <param name="Utilization">Part of the last moments in which it computed, in [0, 1]; null where it does not tell.</param>
internal sealed record GpuReading(int Index, double? UsedBytes, double? TotalBytes, double? Utilization)
{
    /// <summary>What nvidia-smi is asked for, in the order that <see cref="Parse"/> reads.</summary>
    public const string Query = "index,memory.used,memory.total,utilization.gpu,mig.mode.current";

    private const double Mebibyte = 1 << 20;

    /// <summary>Reads one line of nvidia-smi's answer, without units; null where it is none.</summary>
    public static GpuReading? Parse(string line)
    {
        string[] fields = line.Split(',', StringSplitOptions.TrimEntries);
        return fields.Length == 5 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new GpuReading(index, Memory(fields[1]), Memory(fields[2]), Number(fields[3]) / 100)
            : null;

        // One that is split (MIG) tells of all its parts together, and CUDA sees one of them.
        double? Memory(string text) => fields[4] == "Enabled" ? null : Number(text) * Mebibyte;
    }

    // "[N/A]" where a GPU does not tell, as one that is split does not tell its use.
    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : null;
}
