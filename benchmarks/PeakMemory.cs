using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>By how much this process grows at most, from the moment this is made.</summary>
internal sealed class PeakMemory
{
    private readonly long before;

    public PeakMemory()
    {
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the greatest resident size begins anew
        before = Read("VmRSS:");
    }

    /// <summary>Greatest growth so far, in bytes.</summary>
    public long Growth => Read("VmHWM:") - before;

    private static long Read(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
