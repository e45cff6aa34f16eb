using Actors.Learning.Training;

namespace Actors.Grains.Workers;

/// <summary>What one output did on some samples, as sums.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OutputSums")]
public readonly record struct OutputSums(
    [property: Id(0)] double LossSum, [property: Id(1)] double ScoreSum, [property: Id(2)] long CorrectCount)
{
    internal static OutputSums Of(OutputStatistics statistics) => new(statistics.LossSum, statistics.ScoreSum, statistics.CorrectCount);

    /// <summary>Adds the sums of two shards.</summary>
    public static OutputSums operator +(OutputSums a, OutputSums b) =>
        new(a.LossSum + b.LossSum, a.ScoreSum + b.ScoreSum, a.CorrectCount + b.CorrectCount);
}
