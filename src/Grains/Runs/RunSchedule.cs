using Actors.Contracts.Runs;
using Actors.Learning.Federation;

namespace Actors.Grains.Runs;

/// <summary>Where a run's training is interrupted: to tell, to evaluate, to save. Pure arithmetic on steps.</summary>
internal sealed class RunSchedule(RunConfiguration configuration, long stepsPerEpoch)
{
    private readonly TrainingConfiguration training = configuration.Training;
    private readonly CheckpointConfiguration checkpoint = configuration.Checkpoint;
    private readonly RoundTimetable? rounds = configuration.Training.SynchronizesParameters
        ? new RoundTimetable(configuration.Training.SynchronizationEvery, stepsPerEpoch)
        : null;

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => stepsPerEpoch * training.Epochs;

    /// <summary>
    /// Step after the last of the piece that begins at a step; where parameters are synchronised, a piece is a round. All replicas of a module are equal there,
    /// so that the run can be saved and stopped.
    /// </summary>
    /// <param name="step">Where it begins.</param>
    /// <param name="most">The most steps of a piece that is no round.</param>
    public long PieceEnd(long step, long most)
    {
        if (rounds is not null)
        {
            return rounds.End(step);
        }

        return Math.Min(step + most, TellingEnd(step));
    }

    /// <summary>True where a piece is told: all but those that end before the next step to be told.</summary>
    public bool Tells(long begin, long end) => rounds is null
        ? end == TellingEnd(begin)
        : EndsEpoch(end) || RoundTimetable.After(begin, training.LogEverySteps) <= end;

    /// <summary>True after the last step of an epoch, where shards always agree.</summary>
    public bool EndsEpoch(long step) => step % stepsPerEpoch == 0;

    /// <summary>True where the run is evaluated on validation.</summary>
    public bool Evaluates(long step) => EndsEpoch(step) && (Epoch(step) % training.EvaluateEveryEpochs == 0 || step == TotalSteps);

    /// <summary>True where a checkpoint is written after a piece; one that is due within a round waits for its end.</summary>
    public bool Saves(long begin, long end) =>
        end == TotalSteps
        || (EndsEpoch(end) && Epoch(end) % checkpoint.EveryEpochs == 0)
        || (checkpoint.EverySteps is { } every && RoundTimetable.After(begin, every) <= end);

    /// <summary>Epochs finished after a step.</summary>
    public int Epoch(long step) => (int)(step / stepsPerEpoch);

    private long TellingEnd(long step)
    {
        long end = Math.Min(RoundTimetable.After(step, training.LogEverySteps), RoundTimetable.After(step, stepsPerEpoch));
        return checkpoint.EverySteps is { } every ? Math.Min(end, RoundTimetable.After(step, every)) : end;
    }
}
