using Actors.Client.Display;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Display;

/// <summary>The events of a short run, a second apart.</summary>
internal static class RecordedRun
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static RunOutline Outline(long? totalSteps = 100) =>
        new(Configurations.Resolve(Configurations.Shortest), "/runs/run", totalSteps) { Facts = [("samples", "audio 320 image 320")] };

    public static IReadOnlyList<RunEvent> Events { get; } =
    [
        new StatusEvent { Sequence = 0, Time = Start, Step = 0, Status = RunStatus.Running, Message = "training on \"cpu:0\"" },
        Step(1, 10, 0, 2.3),
        Step(2, 30, 0, 1.1),
        Evaluation(3, 30, 1, "validation", 0.5, best: true),
        new CheckpointEvent { Sequence = 4, Time = Start.AddSeconds(4), Step = 30, Folder = "checkpoints/step=30", Bytes = 1234, Seconds = 0.02 },
        Step(5, 70, 1, 0.7),
        Evaluation(6, 70, 2, "validation", 0.4, best: false),
        Evaluation(7, 70, 2, "test", 0.45, best: false),
        new StatusEvent { Sequence = 8, Time = Start.AddSeconds(8), Step = 70, Status = RunStatus.Completed, Message = "completed" },
    ];

    public static async IAsyncEnumerable<RunEvent> Stream()
    {
        foreach (RunEvent happened in Events)
        {
            await Task.Yield();
            yield return happened;
        }
    }

    public static EvaluationEvent Evaluation(long sequence, long step, int epoch, string split, double accuracy, bool best) => new()
    {
        Sequence = sequence,
        Time = Start.AddSeconds(sequence),
        Step = step,
        Split = split,
        Epoch = epoch,
        SampleCount = 64,
        Loss = 1.25,
        Accuracy = accuracy,
        MacroF1 = 0.4,
        CalibrationError = 0.1,
        Modalities = [new("audio", 0.375), new("image", null)],
        Best = best,
    };

    private static StepEvent Step(long sequence, long step, int epoch, double loss) => new()
    {
        Sequence = sequence,
        Time = Start.AddSeconds(sequence),
        Step = step,
        Epoch = epoch,
        Loss = loss,
        Accuracy = 0.25,
        LearningRate = 0.05,
        SamplesPerSecond = 640,
        Modalities =
        [
            new() { Name = "audio", Loss = 1.5, Accuracy = 0.5, Score = 0.8, Ratio = 0.5, Coefficient = 0.7689, GradientNorm = 3.25 },
            new() { Name = "image", Loss = null, Accuracy = null, Score = 0.4, Ratio = 2, Coefficient = 2.5, GradientNorm = 1.125 },
        ],
    };
}
