using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Display;

/// <summary>Where a run stands, folded from its events.</summary>
/// <param name="totalSteps">Steps of the whole run; null where unknown until the run tells.</param>
internal sealed class RunProgress(long? totalSteps)
{
    private StepEvent? firstStep;

    public long? TotalSteps { get; private set; } = totalSteps;

    public RunStatus Status { get; private set; } = RunStatus.Pending;

    /// <summary>The last sentence the run said of itself.</summary>
    public string? Message { get; private set; }

    public long Step { get; private set; }

    public StepEvent? LastStep { get; private set; }

    /// <summary>The last on validation.</summary>
    public EvaluationEvent? Validation { get; private set; }

    /// <summary>The best on validation.</summary>
    public EvaluationEvent? Best { get; private set; }

    public EvaluationEvent? Test { get; private set; }

    public CheckpointEvent? Checkpoint { get; private set; }

    /// <summary>Steps a second since the run was last started or resumed, as far as this display was told; null before two step events.</summary>
    public double? StepsPerSecond => firstStep is not null && LastStep is not null && LastStep.Time > firstStep.Time
        ? (LastStep.Step - firstStep.Step) / (LastStep.Time - firstStep.Time).TotalSeconds
        : null;

    /// <summary>Part of the steps taken, in [0, 1]; null where the total is unknown.</summary>
    public double? Part => TotalSteps is > 0 ? Math.Clamp((double)Step / TotalSteps.Value, 0, 1) : null;

    /// <summary>Time to the last step at the speed so far; null where unknown.</summary>
    public TimeSpan? Remaining => TotalSteps is { } total && StepsPerSecond is > 0 and { } speed
        ? TimeSpan.FromSeconds(Math.Max(0, total - Step) / speed)
        : null;

    public void Apply(RunEvent happened)
    {
        Step = happened.Step;
        switch (happened)
        {
            case StatusEvent status:
                (Status, Message, TotalSteps) = (status.Status, StatusText.Of(status), status.TotalSteps ?? TotalSteps);
                firstStep = Status == RunStatus.Starting ? null : firstStep;
                break;
            case StepEvent step:
                firstStep ??= step;
                LastStep = step;
                break;
            case EvaluationEvent { Split: SplitName.Test } test:
                Test = test;
                break;
            case EvaluationEvent validation:
                Validation = validation;
                Best = validation.Best ? validation : Best;
                break;
            case CheckpointEvent checkpoint:
                Checkpoint = checkpoint;
                break;
        }
    }
}
