using Actors.Contracts.Runs;

namespace Actors.Grains.Runs;

/// <summary>Where a run's training is interrupted: to tell, to evaluate, to save. Pure arithmetic on steps.</summary>
internal sealed class RunSchedule(RunConfiguration configuration, long stepsPerEpoch)
{
    private readonly TrainingConfiguration training = configuration.Training;
    private readonly CheckpointConfiguration checkpoint = configuration.Checkpoint;

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => stepsPerEpoch * training.Epochs;

    /// <summary>Step after the last of the piece that begins at a step.</summary>
    public long PieceEnd(long step)
    {
        long end = Math.Min(After(step, training.LogEverySteps), After(step, stepsPerEpoch));
        return checkpoint.EverySteps is { } every ? Math.Min(end, After(step, every)) : end;
    }

    /// <summary>True after the last step of an epoch, where shards always agree.</summary>
    public bool EndsEpoch(long step) => step % stepsPerEpoch == 0;

    /// <summary>True where all replicas of a module are equal, so that the run can be saved and stopped.</summary>
    public bool IsSynchronized(long step) => training.SynchronizationMode != "parameters" || step % training.SynchronizationEvery == 0 || EndsEpoch(step);

    /// <summary>True where the run is evaluated on validation.</summary>
    public bool Evaluates(long step) => EndsEpoch(step) && (Epoch(step) % training.EvaluateEveryEpochs == 0 || step == TotalSteps);

    /// <summary>True where a checkpoint is written.</summary>
    public bool Saves(long step) =>
        step == TotalSteps
        || (EndsEpoch(step) && Epoch(step) % checkpoint.EveryEpochs == 0)
        || (checkpoint.EverySteps is { } every && step % every == 0 && IsSynchronized(step));

    /// <summary>Epochs finished after a step.</summary>
    public int Epoch(long step) => (int)(step / stepsPerEpoch);

    private static long After(long step, long every) => (step / every * every) + every;
}
