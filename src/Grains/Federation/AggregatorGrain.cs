using System.Globalization;
using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Runs;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Devices;
using Actors.Learning.Federation;
using static TorchSharp.torch;

namespace Actors.Grains.Federation;

/// <inheritdoc cref="IAggregatorGrain"/>
[PinnedPlacement, GrainType("aggregator")]
internal sealed class AggregatorGrain(Lanes lanes, FaultPoints faults, WorkerCalls calls, GenerationWatch watch) : WorkerGrain, IAggregatorGrain
{
    private const int Ahead = 2; // segments that are here or on their way: one is added while the next is fetched

    private readonly Lane lane = lanes.Of(DeviceName.Cpu, 1);
    private AggregatorOrder? order;
    private ServerSegment? server;
    private long next; // round that begins with the segment as it is

    public async Task PrepareAsync(AggregatorOrder order, long round, IModuleGrain from, string? checkpointFolder)
    {
        await DisposeAsync();
        DelayDeactivation(TimeSpan.FromDays(365)); // until it is released
        Tensor values = await calls.TakeAsync(from, worker => worker.ValuesAsync(order.Segment));
        await lane.Run(() =>
        {
            using (values)
            {
                ServerOptimizerOptions options = order.IsStatistics ? new() : LearningOptions.Training(order.Configuration).Rounds.Server;
                server = new ServerSegment(options, values.to(CPU, copy: true)); // [n]
            }

            if (checkpointFolder is not null)
            {
                ModuleFiles.Restore(checkpointFolder, File(order), server.State);
            }
        });
        (this.order, next) = (order, round);
    }

    public async Task<LostContribution[]> AddAsync(long round, Contribution[] given)
    {
        ServerSegment segment = Server(round);
        await lane.Run(segment.Begin);
        Contribution[] weighing = [.. given.Where(one => one.SampleCount > 0)];
        double total = weighing.Sum(one => one.SampleCount);
        var asked = new Queue<Task<Tensor>>();
        int at = 0;
        try
        {
            foreach (Contribution one in weighing)
            {
                for (; at < weighing.Length && asked.Count < Ahead; at++)
                {
                    asked.Enqueue(calls.TakeAsync(weighing[at].Worker, worker => worker.LearnedAsync(round, order!.Segment)));
                }

                try
                {
                    using Tensor learned = await asked.Dequeue();
                    await lane.Run(() =>
                    {
                        using Tensor onHost = learned.to(ScalarType.Float32, CPU); // [n]
                        segment.Add(onHost, one.SampleCount / total);
                    });
                }
                catch (Exception failure) when (WorkerFailure.IsLoss(failure))
                {
                    return await LostAsync(one, failure, weighing);
                }
            }

            faults.Pass(FaultPoint.Add, round);
            return [];
        }
        finally
        {
            foreach (Task<Tensor> unused in asked)
            {
                _ = unused.ContinueWith(taken => taken.IsCompletedSuccessfully ? taken.Result : null, TaskScheduler.Default)
                    .ContinueWith(taken => taken.Result?.Dispose(), TaskScheduler.Default);
            }
        }
    }

    public async Task ApplyAsync(long round)
    {
        if (server is not null && next == round + 1)
        {
            return; // a repeat
        }

        await lane.Run(Server(round).Apply);
        next = round + 1;
        faults.Pass(FaultPoint.Apply, round);
    }

    public async Task<TensorPayload> ParametersAsync(long round)
    {
        ServerSegment segment = Server(round);
        WireFormat format = order!.IsStatistics ? WireFormat.Full : WireFormat.Of(order.Configuration.Wire.Reduction);
        return TensorPayload.Give(format.IsHalf
            ? await lane.Run(() => format.Round(segment.Parameters, WireFormat.ReductionKey))
            : segment.Parameters.alias());
    }

    public Task SaveAsync(string draftFolder)
    {
        ServerSegment segment = Server(next);
        return lane.Run(() => CheckpointDraft.Join(draftFolder).WriteTensors(File(order!), segment.State));
    }

    public async Task ReleaseAsync()
    {
        await DisposeAsync();
        DeactivateOnIdle();
    }

    /// <summary>What nobody releases goes with its generation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        watch.Begin(this, ReleaseAsync);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => DisposeAsync();

    private static string File(AggregatorOrder order) =>
        string.Create(CultureInfo.InvariantCulture, $"server.{order.Module}.{order.Segment}");

    private static SiloAddress SiloOf(Contribution one) => PinnedKey.SiloOf(one.Worker.GetPrimaryKeyString());

    private static LostContribution Lost(Contribution one, Exception failure) =>
        new(one.Shard, failure.Message, (failure as WorkerException)?.Unreachable, (failure as WorkerException)?.FailedDevice);

    /// <summary>
    /// Who is lost with one that is. Where its silo cannot be reached, all others are asked at once whether they are there: one that cannot
    /// be reached is waited for long, and the round waits too.
    /// </summary>
    private async Task<LostContribution[]> LostAsync(Contribution first, Exception failure, Contribution[] weighing)
    {
        if (failure is not WorkerException { Unreachable: not null })
        {
            return [Lost(first, failure)];
        }

        SiloAddress[] others = [.. weighing.Select(SiloOf).Distinct().Where(silo => !silo.Equals(SiloOf(first)))];
        Exception?[] failures = await Task.WhenAll(others.Select(SilenceAsync));
        Dictionary<SiloAddress, Exception?> lost = others.Zip(failures).ToDictionary(silo => silo.First, silo => silo.Second);
        lost[SiloOf(first)] = failure;
        return [.. weighing.Where(one => lost[SiloOf(one)] is not null).Select(one => Lost(one, lost[SiloOf(one)]!))];
    }

    /// <summary>Why a silo is not there; null where it is.</summary>
    private async Task<Exception?> SilenceAsync(SiloAddress silo)
    {
        try
        {
            return await calls.AskAsync<Exception?>(silo, async () =>
            {
                await GrainFactory.GetGrain<ISiloGrain>(PinnedKey.Of("", silo.ToParsableString())).PingAsync();
                return null;
            });
        }
        catch (TimeoutException silence) // may be over before it counts as one that cannot be reached
        {
            return new WorkerException(silence.Message, isLost: true) { Unreachable = silo.ToParsableString() };
        }
        catch (Exception failure) when (WorkerFailure.IsLoss(failure))
        {
            return failure;
        }
    }

    private ServerSegment Server(long round)
    {
        if (server is null)
        {
            throw new WorkerException(
                $"Aggregator {this.GetPrimaryKeyString()} was not prepared or is of an ended generation; round {round} is refused.", isLost: true);
        }

        if (round != next)
        {
            throw new WorkerException($"Aggregator {this.GetPrimaryKeyString()} is at round {next}; round {round} is refused.");
        }

        return server;
    }

    private async Task DisposeAsync()
    {
        if (server is { } segment)
        {
            server = null;
            await lane.Run(segment.Dispose);
        }
    }
}
