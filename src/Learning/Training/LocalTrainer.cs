using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Devices;

namespace Actors.Learning.Training;

/// <summary>Trains in this thread, without actors: the oracle and the yardstick of the actor run.</summary>
public sealed class LocalTrainer : IDisposable
{
    private readonly TrainingOptions options;
    private readonly LocalShard[] shards;
    private readonly Balancer balancer;
    private readonly LocalRounds? rounds; // null where gradients are synchronised

    /// <summary>Makes the workers.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options; one shard where gradients are synchronised.</param>
    /// <param name="device">Where everything computes.</param>
    /// <param name="isThere">False for a shard (second) that is not in a round (first); null: all are always there.</param>
    public LocalTrainer(IDataset dataset, TrainingOptions options, DeviceName device, Func<long, int, bool>? isThere = null)
    {
        if (options.ShardCount != 1 && options.Synchronization == SynchronizationMode.Gradients)
        {
            throw new ArgumentException(
                $"LocalTrainer synchronises parameters or trains one shard, but the options have {options.ShardCount} that synchronise gradients. "
                + "Use the actors for more.", nameof(options));
        }

        this.options = options;
        shards = [.. Enumerable.Range(0, options.ShardCount).Select(d => new LocalShard(dataset, options, d, device))];
        balancer = new Balancer(options.Method, options.Modalities.Count);
        rounds = options.Synchronization == SynchronizationMode.Parameters ? new LocalRounds(options, shards, isThere ?? ((_, _) => true)) : null;
    }

    /// <summary>The encoders of shard 0, [M].</summary>
    public IReadOnlyList<EncoderWorker> Encoders => shards[0].Encoders;

    /// <summary>The fusion of shard 0.</summary>
    public FusionWorker Fusion => shards[0].Fusion;

    /// <summary>Takes one step in every shard that takes part, and ends the round where the step is its last.</summary>
    /// <param name="step">Zero-based step; steps come in order.</param>
    /// <returns>What the step did, over the shards.</returns>
    /// <exception cref="NotFiniteNumberException">The training has diverged.</exception>
    public StepResult Step(long step)
    {
        LocalShard[] taking = rounds is null ? shards : [.. rounds.Begin(step).Select(d => shards[d])];
        try
        {
            Array.ForEach(taking, shard => shard.Forward(step));
            OutputStatistics?[] unimodal = // null stays null
                [.. options.Modalities.Select((_, i) => taking.Select(shard => shard.Unimodal[i]).Aggregate((a, b) => a + b))];
            int samples = taking.Sum(shard => shard.SampleCount);
            Array.ForEach(taking, shard => Divergence.Refuse(shard.Fused.LossSum, step)); // before its scores reach the balancer
            Balance balance = balancer.Exchange([.. unimodal.Select(u => u?.ScoreSum)], [.. unimodal.Select(_ => (long)samples)]);
            double[] coefficients = rounds is not null && options.Rounds.BalancesByRound ? rounds.Coefficients : balance.Coefficients;
            double[][] norms = [.. taking.Select(shard => shard.Learn(step, coefficients))];
            OutputStatistics fused = taking.Select(shard => shard.Fused).Aggregate((a, b) => a + b);
            rounds?.End(step, balancer);
            return new StepResult(fused, samples, unimodal, balance with { Coefficients = coefficients }, norms[0]);
        }
        finally
        {
            Array.ForEach(taking, shard => shard.Forget());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rounds?.Dispose();
        Array.ForEach(shards, shard => shard.Dispose());
    }
}
