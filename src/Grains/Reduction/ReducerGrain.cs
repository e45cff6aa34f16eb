using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Devices;
using static TorchSharp.torch;

namespace Actors.Grains.Reduction;

/// <inheritdoc cref="IReducerGrain"/>
[PinnedPlacement, GrainType("reducer")]
internal sealed class ReducerGrain(Lanes lanes, FaultPoints faults) : Grain, IReducerGrain
{
    private Reduction? current;
    private Reduction? previous; // a shard may still be reading its answer while another begins the next
    private string? aborted;

    public async Task<TensorPayload> ReduceAsync(long round, int shard, int shardCount, long sampleCount, TensorPayload slice)
    {
        if (aborted is null && previous?.Round == round)
        {
            slice.Dispose(); // a repeat, whose answer was lost: the others went on
            return TensorPayload.Float((await previous.Done.Task).alias());
        }

        Tensor given = await slice.TakeAsync();
        if (aborted is not null || (current is not null && round < current.Round))
        {
            given.Dispose();
            throw new WorkerException(aborted ?? $"Reduction {round} of {this.GetPrimaryKeyString()} is over; the reducer is at {current!.Round}.");
        }

        if (current is null || current.Round != round)
        {
            previous?.Dispose();
            previous = current;
            current = new Reduction(round, new Tensor?[shardCount], new long[shardCount], new bool[shardCount]);
        }

        Reduction reduction = current;
        if (reduction.Given[shard])
        {
            given.Dispose(); // a repeat
        }
        else
        {
            reduction.Slices[shard] = given;
            reduction.Given[shard] = true;
            faults.Pass(FaultPoint.Reduce, round);
            reduction.Weights[shard] = sampleCount;
            if (Array.TrueForAll(reduction.Given, isGiven => isGiven))
            {
                _ = CompleteAsync(reduction);
            }
        }

        Tensor mean = await reduction.Done.Task;
        return TensorPayload.Float(mean.alias());
    }

    public Task AbortAsync(string cause)
    {
        // The grain stays, so that a slice still on its way is refused and not taken for the first of a new reduction, which would wait for ever.
        aborted = cause;
        current?.Done.TrySetException(new WorkerException(cause));
        Forget();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Forget();
        return Task.CompletedTask;
    }

    private void Forget()
    {
        previous?.Dispose();
        current?.Dispose();
        (previous, current) = (null, null);
    }

    private async Task CompleteAsync(Reduction reduction)
    {
        reduction.Adding = true;
        try
        {
            Tensor mean = await lanes.Of(DeviceName.Cpu, 1).Run(() => Mean(reduction));
            if (!reduction.Done.TrySetResult(mean))
            {
                mean.Dispose();
            }
        }
        catch (Exception failure)
        {
            reduction.Done.TrySetException(new WorkerException($"Reduction {reduction.Round} of {this.GetPrimaryKeyString()} failed: {failure.Message}"));
        }

        reduction.Adding = false;
        reduction.DisposeSlices(); // the mean is all that is asked for from now on
        if (reduction.Forgotten)
        {
            reduction.Dispose();
        }
    }

    /// <summary>Σ n_d·x_d / Σ n_d, added in float32 in shard order: the same bits whoever came first.</summary>
    private static Tensor Mean(Reduction reduction)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        double total = reduction.Weights.Sum();
        Tensor sum = reduction.Slices[0]!.to(ScalarType.Float32, CPU) * (reduction.Weights[0] / total); // [n]
        for (int shard = 1; shard < reduction.Slices.Length; shard++)
        {
            sum.add_(reduction.Slices[shard]!.to(ScalarType.Float32, CPU), alpha: reduction.Weights[shard] / total);
        }

        return sum.to(reduction.Slices[0]!.dtype).DetachFromDisposeScope(); // as it came: what is told is the same for all shards
    }

    private sealed record Reduction(long Round, Tensor?[] Slices, long[] Weights, bool[] Given) : IDisposable
    {
        public TaskCompletionSource<Tensor> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The lane reads the slices.</summary>
        public bool Adding { get; set; }

        public bool Forgotten { get; private set; }

        public void DisposeSlices()
        {
            for (int shard = 0; shard < Slices.Length; shard++)
            {
                Slices[shard]?.Dispose();
                Slices[shard] = null;
            }
        }

        public void Dispose()
        {
            Forgotten = true;
            if (Adding)
            {
                return; // disposed when the lane is through with it
            }

            DisposeSlices();
            if (Done.Task.IsCompletedSuccessfully)
            {
                Done.Task.Result.Dispose();
            }
        }
    }
}
