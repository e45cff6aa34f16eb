using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Tests.Diagnostics;

/// <summary>Events with a value in every field.</summary>
internal static class SampleEvents
{
    public static StepEvent Step(DateTimeOffset time, long step) => new()
    {
        Sequence = 0, Time = time, Step = step, Epoch = 0, Loss = 1.5, Accuracy = 0.5, LearningRate = 0.1, SamplesPerSecond = 100,
        Modalities = [new ModalityStep { Name = "image", Loss = 1.6, Accuracy = 0.4, Score = 0.3, Ratio = 1.2, Coefficient = 1.1, GradientNorm = 2 }],
    };

    public static StatusEvent Status(DateTimeOffset time, RunStatus status) => new() { Sequence = 0, Time = time, Step = 0, Status = status, Message = "" };

    public static RoundEvent Round(DateTimeOffset time) => new()
    {
        Sequence = 0, Time = time, Step = 3, Round = 1, ParticipantCount = 4, ContributionCount = 2, SampleCount = 48,
        Late = [1], Lost = [3], Away = [], Seconds = 0.5,
    };

    public static CheckpointEvent Checkpoint(DateTimeOffset time) =>
        new() { Sequence = 0, Time = time, Step = 3, Folder = "checkpoints/step=3", Bytes = 1000, Seconds = 0.2 };

    public static EvaluationEvent Evaluation(DateTimeOffset time, string split) => new()
    {
        Sequence = 0, Time = time, Step = 3, Split = split, Epoch = 1, SampleCount = 10, Loss = 1.4, Accuracy = 0.6, MacroF1 = 0.6, CalibrationError = 0.1,
        Modalities = [new ModalityAccuracy("image", 0.5) { Loss = 1.5 }], Best = true,
    };
}
