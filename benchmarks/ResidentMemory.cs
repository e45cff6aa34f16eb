using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>What the system says this process has in memory.</summary>
internal static class ResidentMemory
{
    /// <summary>Resident memory in MB (10^6 bytes), after a collection: garbage is not a leak.</summary>
    public static double Megabytes()
    {
        GC.Collect();
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        double kibibytes = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return kibibytes * 1024 / 1e6;
    }
}
