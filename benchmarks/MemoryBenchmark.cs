using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>Resident memory of this process after many steps of the actor run.</summary>
internal static class MemoryBenchmark
{
    private const int Early = 500;
    private const int Late = 10_000;

    public static void Measure(TextWriter output, IContestant actors)
    {
        actors.Run(Early);
        double early = ResidentMemory.Megabytes();
        actors.Run(Late - Early);
        double late = ResidentMemory.Megabytes();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Resident memory: {early:F1} MB at step {Early:N0}, {late:F1} MB at step {Late:N0}, ratio {late / early:F3}."));
    }
}
