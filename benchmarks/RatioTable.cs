using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>Compares contestants in turns, so that what disturbs the machine disturbs all of them.</summary>
internal static class RatioTable
{
    private const int WarmSteps = 300;

    /// <summary>Runs the rounds and writes a Markdown table: median time of a step, and median over the rounds of its ratio to the first.</summary>
    public static void Measure(TextWriter output, int rounds, int stepsPerRound, IReadOnlyList<IContestant> contestants)
    {
        foreach (IContestant contestant in contestants)
        {
            contestant.Run(WarmSteps); // code compiled, memory touched
        }

        // Short turns: what disturbs the machine for long then disturbs all, and the median leaves out what disturbs one.
        double[][] times = [.. contestants.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < contestants.Count; turn++)
            {
                int i = (turn + round) % contestants.Count; // nobody always follows the same neighbour
                times[i][round] = contestants[i].Run(stepsPerRound);
            }
        }

        output.WriteLine("| step of | median ms | ratio to the first, median | a tenth of the rounds below, a tenth above |");
        output.WriteLine("|---|---|---|---|");
        for (int i = 0; i < contestants.Count; i++)
        {
            double[] ratios = [.. times[i].Select((time, round) => time / times[0][round]).Order()];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {contestants[i].Name} | {Median.Of(times[i]):F3} | {Median.Of(ratios):F3} "
                + $"| {ratios[ratios.Length / 10]:F3}, {ratios[^(1 + (ratios.Length / 10))]:F3} |"));
        }
    }
}
