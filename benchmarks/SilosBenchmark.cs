using System.Diagnostics.Metrics;
using System.Globalization;
using Actors.Contracts.Runs;

namespace Actors.Benchmarks;

/// <summary>A run with its encoders on two silos of one core each, against the same run on one such silo.</summary>
internal static class SilosBenchmark
{
    private const int Steps = 60;

    /// <summary>Writes the ratio, and where the time of a step goes.</summary>
    public static void Measure(TextWriter output, RunConfiguration configuration)
    {
        using var silos = new TwoSilos(ownCore: 0, otherCore: 1);
        using var one = new ActorContestant("all on one silo", configuration);
        using var two = new ActorContestant("image encoder on a second silo", configuration, silos);
        using var half = new ActorContestant(
            "the same, bf16 on the wire", configuration with { Wire = new WireConfiguration { Features = "bf16", Gradients = "bf16" } }, silos);
        RatioTable.Measure(output, rounds: 21, Steps, [one, two, half]);
        output.WriteLine();
        output.WriteLine("| step of | phase, as the first silo sees it | ms a step |");
        output.WriteLine("|---|---|---|");
        foreach (ActorContestant contestant in new[] { one, two })
        {
            foreach ((string phase, double seconds) in Phases(() => contestant.Run(Steps * 5)).OrderBy(phase => phase.Key, StringComparer.Ordinal))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {contestant.Name} | {phase} | {seconds * 1000 / (Steps * 5):F2} |"));
            }
        }
    }

    private static Dictionary<string, double> Phases(Action work)
    {
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name is "actors.step.phase.duration" or "actors.worker.phase.duration")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, labels, _) =>
        {
            string phase = $"{instrument.Name.Split('.')[1]} {labels.ToArray().First(label => label.Key == "phase").Value}";
            lock (sums)
            {
                sums[phase] = sums.GetValueOrDefault(phase) + seconds;
            }
        });
        listener.Start();
        work();
        return sums;
    }
}
