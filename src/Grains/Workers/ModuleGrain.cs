using System.Collections.Immutable;
using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Federation;
using Actors.Grains.Placement;
using Actors.Grains.Reduction;
using Actors.Grains.Runs;
using Actors.Grains.Tensors;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Workers;

/// <inheritdoc cref="IModuleGrain"/>
/// <typeparam name="TWorker">What computes on the device's lane; owned.</typeparam>
internal abstract class ModuleGrain<TWorker>(
    Lanes lanes, DatasetCache datasets, FaultPoints faults, WorkerCalls calls, GenerationWatch watch) : WorkerGrain, IModuleGrain
    where TWorker : class, IDisposable
{
    private WorkerReady? ready;
    private DatasetCache.Lease? data;
    private DeviceUse.Share? share; // of its device, as planned
    private TWorker? worker;
    private TrainedModule? module; // the worker's
    private bool isAborted;
    private RoundMember? rounds; // null before Prepare, and where parameters are not synchronised

    /// <summary>Its name in checkpoints.</summary>
    protected abstract string ModuleName { get; }

    /// <summary>Its name where it fails.</summary>
    protected abstract string Title { get; }

    /// <summary>Which part of the run it is; null before Prepare, and after it was released.</summary>
    protected WorkerOrder? Order { get; private set; }

    /// <summary>What it asks others; ends with its generation.</summary>
    protected WorkerCalls Calls { get; private set; } = null!;

    /// <summary>The thread of its device.</summary>
    protected Lane Lane { get; private set; } = null!;

    /// <summary>Adds its gradients up over the shards; null before Prepare, and where they are not.</summary>
    protected ModuleReduction? Reduction { get; private set; }

    private BrokenDevices Broken => ServiceProvider.GetRequiredService<BrokenDevices>();

    /// <summary>The data it opened.</summary>
    protected IDataset Dataset => data!.Dataset;

    /// <summary>Its part in rounds.</summary>
    /// <exception cref="WorkerNotReadyException">It was not prepared, or the run has none.</exception>
    protected RoundMember Rounds => isAborted ? throw NotReady() : rounds ?? throw NotReady();

    public async Task<WorkerReady> PrepareAsync(WorkerOrder order)
    {
        if (ready is not null && order.Life <= Order!.Life)
        {
            return ready; // a repeat: run, generation and part are in the key
        }

        await DisposeAsync();
        (Order, Calls, isAborted) = (order, calls.Branch(), false);
        share = ServiceProvider.GetRequiredService<DeviceUse>().Hold(order.Configuration.Name, order.Device, order.Bytes, order.Seconds);
        DelayDeactivation(TimeSpan.FromDays(365)); // until it is released
        TrainingOptions options = LearningOptions.Training(order.Configuration);
        Begin(order, options);
        return ready = await Working(-1, async () =>
        {
            DeviceName device = LearningOptions.Device(order.Device);
            Lane = lanes.Of(device, order.Configuration.Placement.ThreadsPerDevice);
            data = await Calls.UnlessEndedAsync(datasets.OpenAsync(LearningOptions.Dataset(order.Configuration, order.Shard)));
            await Lane.Run(() =>
            {
                share.Begin();
                worker = Make(data.Dataset, options, device);
            });
            module = ModuleOf(worker!);
            bool byRounds = options.Synchronization == SynchronizationMode.Parameters;
            rounds = byRounds ? await RoundMember.JoinAsync(module, options.Rounds, Lane, order, faults, Calls) : null;
            Reduction = byRounds || options.ShardCount == 1 ? null : new ModuleReduction(GrainFactory, Calls, order, ModuleName, module, Lane);
            return Describe(worker!, new WorkerReady
            {
                FeatureCount = 0,
                ParameterCount = module.Flat.Count,
                StepsPerEpoch = 0,
                SampleCounts = [.. Enum.GetValues<Split>().Select(split => Dataset.Samples(split).Count)],
                ClassCount = Dataset.Classes.Count,
                DataDigest = Dataset.Digest,
                Segments = rounds?.Segments ?? [],
                SharedDigest = Dataset.SharedDigest,
            });
        });
    }

    public Task TakeAsync(long round, ImmutableArray<IAggregatorGrain> aggregators) =>
        Working(-1, () => Rounds.TakeAsync(round, aggregators));

    public Task<TensorPayload> LearnedAsync(long round, int segment) => Working(-1, () => Rounds.LearnedAsync(round, segment));

    public Task<TensorPayload> ValuesAsync(int segment) => Working(-1, () => Rounds.ValuesAsync(segment));

    public Task SaveAsync(string draftFolder, bool withModule) => Working(-1, () =>
    {
        _ = Worker();
        return Lane.Run(() =>
        {
            ModuleFiles.Save(draftFolder, ModuleName, Order!, module!, withModule);
            PassSaved();
        });
    });

    public Task RestoreAsync(string checkpointFolder, bool withOptimizer) => Working(-1, () =>
    {
        _ = Worker();
        Forget(); // what it did last was of other weights
        rounds?.Forget();
        return Lane.Run(() => ModuleFiles.Restore(checkpointFolder, ModuleName, Order!, module!, withOptimizer));
    });

    public Task AbortAsync(string cause)
    {
        isAborted = true;
        return Calls?.EndAsync(cause) ?? Task.CompletedTask;
    }

    public async Task ReleaseAsync()
    {
        await DisposeAsync();
        DeactivateOnIdle();
    }

    /// <summary>What nobody releases goes with its generation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        watch.Begin(this, ReleaseAsync, () => Order);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => DisposeAsync();

    /// <summary>An order begins; the worker is not there yet.</summary>
    protected abstract void Begin(WorkerOrder order, TrainingOptions options);

    /// <summary>Makes the worker, on the lane.</summary>
    protected abstract TWorker Make(IDataset dataset, TrainingOptions options, DeviceName device);

    /// <summary>The worker's module.</summary>
    protected abstract TrainedModule ModuleOf(TWorker worker);

    /// <summary>Adds what only this kind of worker has.</summary>
    protected abstract WorkerReady Describe(TWorker worker, WorkerReady ready);

    /// <summary>Drops what it keeps of the step it is at.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>Its share of a checkpoint is written.</summary>
    protected virtual void PassSaved()
    {
    }

    /// <summary>The worker.</summary>
    /// <exception cref="WorkerNotReadyException">It was not prepared, or has ended.</exception>
    protected TWorker Worker() => isAborted ? throw NotReady() : worker ?? throw NotReady();

    /// <summary>Does a piece of work, and says of a failure where it was.</summary>
    protected Task<T> Working<T>(long step, Func<Task<T>> work) =>
        WorkerFailure.NamingAsync(Title, this.GetPrimaryKeyString(), () => Order, step, Broken, work);

    /// <inheritdoc cref="Working{T}"/>
    protected Task Working(long step, Func<Task> work) =>
        WorkerFailure.NamingAsync(Title, this.GetPrimaryKeyString(), () => Order, step, Broken, work);

    protected static WorkerNotReadyException NotReady() => new("it was not prepared or is of an ended generation");

    private async Task DisposeAsync()
    {
        Forget();
        using WorkerCalls? asked = Calls;
        using DatasetCache.Lease? lease = data; // also where a GPU that failed cannot dispose of what it has
        using IDisposable? held = share;
        (RoundMember? left, TWorker? released, Lane lane) = (rounds, worker, Lane);
        (rounds, worker, module, Reduction) = (null, null, null, null); // at once: it may be made anew meanwhile
        (data, share, ready, Order) = (null, null, null, null);
        await (asked?.EndAsync("It was released.") ?? Task.CompletedTask);
        await (left?.DisposeAsync() ?? Task.CompletedTask);
        await (released is null ? Task.CompletedTask : lane.Run(released.Dispose));
    }
}
