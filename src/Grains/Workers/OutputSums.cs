using Actors.Learning.Training;

namespace Actors.Grains.Workers;

/// <summary><see cref="OutputStatistics"/> in a message.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OutputSums")]
public readonly record struct OutputSums(
    [property: Id(0)] double LossSum, [property: Id(1)] double ScoreSum, [property: Id(2)] long CorrectCount)
{
    internal static OutputSums Of(OutputStatistics statistics) => new(statistics.LossSum, statistics.ScoreSum, statistics.CorrectCount);

    internal OutputStatistics ToStatistics() => new(LossSum, ScoreSum, CorrectCount);
}
