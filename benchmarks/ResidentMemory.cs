using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>What the system says this process has in memory.</summary>
internal static class ResidentMemory
{
    /// <summary>Resident memory in MB, after a collection: garbage is not a leak.</summary>
    public static double Megabytes()
    {
        GC.Collect();
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }
}
