using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>Memory of this process after many steps of the actor run.</summary>
internal static class MemoryBenchmark
{
    private const int Early = 500;
    private static readonly int[] At = [Early, 1000, 2000, 4000, 6000, 8000, 10_000];

    public static void Measure(TextWriter output, IContestant actors)
    {
        output.WriteLine("| step | resident MB | over that of step 500 | of it managed, committed MB | managed, in use MB |");
        output.WriteLine("|---|---|---|---|---|");
        int done = 0;
        double early = 0;
        foreach (int step in At)
        {
            actors.Run(step - done);
            done = step;
            double now = ResidentMemory.Megabytes();
            early = early == 0 ? now : early;
            GCMemoryInfo managed = GC.GetGCMemoryInfo();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {step:N0} | {now:F1} | {now / early:F3} | {managed.TotalCommittedBytes / 1e6:F1} | {managed.HeapSizeBytes / 1e6:F1} |"));
        }
    }
}
