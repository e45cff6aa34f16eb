using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Devices;
using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Grains.Reduction;

/// <inheritdoc cref="IReducerGrain"/>
[PinnedPlacement, GrainType("reducer")]
internal sealed class ReducerGrain(Lanes lanes, FaultPoints faults, SiloEnd silo, GenerationWatch watch) : Grain, IReducerGrain
{
    // By segment; of each also the one before: a shard may still be reading its answer while another begins the next.
    private readonly Dictionary<(string Module, int Number), (Reduction Current, Reduction? Previous)> reductions = [];
    private string? aborted;

    public async Task<TensorPayload> ReduceAsync(ShardSegment part, TensorPayload segment)
    {
        (string Module, int Number) key = (part.Module, part.Number);
        if (Previous(key, part.Step) is { } before)
        {
            segment.Dispose(); // a repeat, whose answer was lost: the others went on
            return TensorPayload.Give(before.alias());
        }

        Tensor given = await segment.TakeAsync();
        if (Previous(key, part.Step) is { } meanwhile)
        {
            given.Dispose(); // they went on while the repeat was fetched
            return TensorPayload.Give(meanwhile.alias());
        }

        Reduction? current = reductions.TryGetValue(key, out (Reduction Current, Reduction? Previous) known) ? known.Current : null;
        if (aborted is not null || part.Step < current?.Step)
        {
            given.Dispose();
            throw new WorkerException(aborted
                ?? $"Step {part.Step} of {part.Module} in {this.GetPrimaryKeyString()} is reduced already; now it is {current!.Step}.");
        }

        if (current?.Step != part.Step)
        {
            known.Previous?.Dispose();
            known.Previous = current;
            current = new Reduction(part.Step, new Tensor?[part.ShardCount], new long[part.ShardCount], new bool[part.ShardCount]);
            reductions[key] = (current, known.Previous);
        }

        if (current.Given[part.Shard])
        {
            given.Dispose(); // a repeat
        }
        else
        {
            current.Segments[part.Shard] = given;
            current.Given[part.Shard] = true;
            faults.Pass(FaultPoint.Reduce, part.Step);
            current.Weights[part.Shard] = part.SampleCount;
            if (Array.TrueForAll(current.Given, isGiven => isGiven))
            {
                _ = CompleteAsync(current);
            }
        }

        Tensor mean = await silo.UnlessAsync(current.Done.Task);
        return TensorPayload.Give(mean.alias());
    }

    public Task AbortAsync(string cause)
    {
        // The grain stays, so that a segment still on its way is refused and not taken for the first of a new reduction,
        // which would wait for ever.
        aborted = cause;
        foreach ((Reduction current, _) in reductions.Values)
        {
            current.Done.TrySetException(new WorkerException(cause));
        }

        Forget();
        return Task.CompletedTask;
    }

    /// <summary>What nobody releases goes with its generation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        watch.Begin(this, () => AbortAsync("Its generation is over."));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Forget();
        return Task.CompletedTask;
    }

    /// <summary>The mean of the step before the current one; null of any other.</summary>
    private Tensor? Previous((string Module, int Number) key, long step) =>
        reductions.TryGetValue(key, out (Reduction Current, Reduction? Previous) known)
            && known.Previous is { } before && before.Step == step && before.Done.Task.IsCompletedSuccessfully
            ? before.Done.Task.Result
            : null;

    private void Forget()
    {
        foreach ((Reduction current, Reduction? previous) in reductions.Values)
        {
            previous?.Dispose();
            current.Dispose();
        }

        reductions.Clear();
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
            reduction.Done.TrySetException(
                new WorkerException($"Reduction of step {reduction.Step} in {this.GetPrimaryKeyString()} failed: {failure.Message}"));
        }

        reduction.Adding = false;
        reduction.DisposeSegments(); // the mean is all that is asked for from now on
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
        Tensor sum = reduction.Segments[0]!.to(ScalarType.Float32, CPU).Times(reduction.Weights[0] / total); // [n]
        for (int shard = 1; shard < reduction.Segments.Length; shard++)
        {
            sum.AddScaled(reduction.Segments[shard]!.to(ScalarType.Float32, CPU), reduction.Weights[shard] / total);
        }

        return sum.to(reduction.Segments[0]!.dtype).DetachFromDisposeScope(); // as it came: what is told is the same for all shards
    }

    private sealed record Reduction(long Step, Tensor?[] Segments, long[] Weights, bool[] Given) : IDisposable
    {
        public TaskCompletionSource<Tensor> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The lane reads the segments.</summary>
        public bool Adding { get; set; }

        public bool Forgotten { get; private set; }

        public void DisposeSegments()
        {
            for (int shard = 0; shard < Segments.Length; shard++)
            {
                Segments[shard]?.Dispose();
                Segments[shard] = null;
            }
        }

        public void Dispose()
        {
            Forgotten = true;
            if (Adding)
            {
                return; // disposed when the lane is through with it
            }

            DisposeSegments();
            if (Done.Task.IsCompletedSuccessfully)
            {
                Done.Task.Result.Dispose();
            }
        }
    }
}
