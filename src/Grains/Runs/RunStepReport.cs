using Actors.Contracts.Events;
using Actors.Grains.Workers;
using Actors.Learning.Balancing;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Turns the reports of all shards into the event that tells of the step: sums first, one division at the end.</summary>
internal static class RunStepReport
{
    public static StepEvent Describe(
        ShardReport[] shards, IReadOnlyList<string> modalities, MethodOptions method, int epoch, long step, double samplesPerSecond)
    {
        long samples = shards.Sum(s => (long)s.SampleCount);
        OutputStatistics fused = shards.Select(s => s.Fused.ToStatistics()).Aggregate((a, b) => a + b);
        OutputStatistics?[] unimodal = // null stays null
            [.. modalities.Select((_, i) => shards.Select(s => s.Unimodal[i]?.ToStatistics()).Aggregate((a, b) => a + b))];
        Balance balance = new Balancer(method, modalities.Count).Exchange([.. unimodal.Select(u => u?.ScoreSum)], [.. modalities.Select(_ => samples)]);
        return new StepEvent
        {
            Step = step,
            Epoch = epoch,
            Loss = fused.LossSum / samples,
            Accuracy = (double)fused.CorrectCount / samples,
            LearningRate = shards[0].LearningRate,
            SamplesPerSecond = samplesPerSecond,
            Modalities =
            [
                .. modalities.Select((name, i) => new ModalityStep
                {
                    Name = name,
                    Loss = unimodal[i]?.LossSum / samples,
                    Accuracy = (double?)unimodal[i]?.CorrectCount / samples,
                    Score = balance.Scores?[i],
                    Ratio = balance.Ratios?[i],
                    Coefficient = shards[0].Coefficients[i], // what was applied, not what is computed here
                    GradientNorm = shards[0].GradientNorms[i],
                }),
            ],
        };
    }
}
