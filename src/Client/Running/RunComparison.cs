using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>Runs that differ in nothing but name and seed, taken together.</summary>
internal sealed record RunComparison
{
    /// <summary>The method; with the first run's name where several rows share it.</summary>
    public required string Label { get; init; }

    public required IReadOnlyList<string> Runs { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Those of <see cref="Runs"/> that have no result on test, and so no part in the figures.</summary>
    public required IReadOnlyList<string> Untested { get; init; }

    /// <summary>All on test, as parts of 1; null where no run has been tested.</summary>
    public required Spread? Accuracy { get; init; }

    public required Spread? MacroF1 { get; init; }

    public required Spread? CalibrationError { get; init; }

    /// <summary>Accuracy of each modality's own prediction.</summary>
    public required IReadOnlyDictionary<string, Spread?> Modalities { get; init; }

    /// <summary>Groups runs, in the order they are given.</summary>
    public static IReadOnlyList<RunComparison> Of(IReadOnlyList<(RunConfiguration Configuration, RunSummary Summary)> runs)
    {
        var groups = runs.GroupBy(run => RunConfigurationWriter.Write(run.Configuration with { Name = "", Seed = 0 }))
            .Select(group => group.ToArray()).ToArray();
        return
        [
            .. groups.Select(group => Row(
                group,
                groups.Count(other => other[0].Summary.Method == group[0].Summary.Method) == 1
                    ? group[0].Summary.Method
                    : $"{group[0].Summary.Method} ({group[0].Summary.Name})")),
        ];
    }

    private static RunComparison Row((RunConfiguration Configuration, RunSummary Summary)[] runs, string label)
    {
        var tests = runs.Select(run => run.Summary.Test).OfType<Contracts.Events.EvaluationEvent>().ToArray();
        return new RunComparison
        {
            Label = label,
            Runs = [.. runs.Select(run => run.Summary.Name)],
            Seeds = [.. runs.Select(run => run.Summary.Seed)],
            Untested = [.. runs.Where(run => run.Summary.Test is null).Select(run => run.Summary.Name)],
            Accuracy = Spread.Of(tests.Select(test => (double?)test.Accuracy)),
            MacroF1 = Spread.Of(tests.Select(test => (double?)test.MacroF1)),
            CalibrationError = Spread.Of(tests.Select(test => (double?)test.CalibrationError)),
            Modalities = runs[0].Configuration.Modalities.ToDictionary(
                modality => modality.Name,
                modality => Spread.Of(tests.Select(test => test.Modalities.FirstOrDefault(one => one.Name == modality.Name)?.Accuracy))),
        };
    }
}
