using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Native;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Client.Running;

/// <summary>Trains runs on a silo inside this process.</summary>
internal sealed class EmbeddedTrainer : ITrainer
{
    private readonly List<DatasetCache.Lease> data = [];
    private readonly TimeProvider time;
    private readonly Task<IHost> built;
    private Task? started; // not before there is something to train: a fault of the configuration is told at once
    private GrainTrainer? runs; // once it has started
    private bool disposed;

    /// <summary>Loads libtorch and builds the silo, and waits for neither: the configuration is read meanwhile.</summary>
    /// <param name="time">The clock.</param>
    public EmbeddedTrainer(TimeProvider time)
    {
        this.time = time;
        Task.Run(TorchLibrary.Load).Ignore(); // whoever uses it first is told why it does not load
        built = Task.Run(() => EmbeddedSilo.Build());
    }

    public async Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation)
    {
        runs = await BeginAsync(order, cancellation);
        RunOutline outline = await runs.StartRunAsync(order, cancellation);
        if (order.Resume && outline.TotalSteps is not null) // it is prepared, and so has the folder: another console may have taken it
        {
            RunFolders.Keep(order.Folder, order.Configuration.Placement);
        }

        return outline;
    }

    public IAsyncEnumerable<RunEvent> WatchAsync(string run, CancellationToken cancellation) => runs!.WatchAsync(run, cancellation);

    public async Task<EvaluationEvent> EvaluateAsync(TrainingOrder order, CancellationToken cancellation)
    {
        runs = await BeginAsync(order, cancellation);
        return await runs.EvaluateAsync(order);
    }

    public Task StopAsync(string run, bool now) => runs!.StopAsync(run, now);

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await Task.WhenAll(built, started ?? built).ContinueWith(_ => { }, TaskScheduler.Default); // a failure was told, or nobody used it
        data.ForEach(lease => lease.Dispose());
        if (started is { IsCompletedSuccessfully: true })
        {
            await built.Result.StopAsync();
        }

        if (built.IsCompletedSuccessfully)
        {
            built.Result.Dispose();
        }
    }

    private async Task<GrainTrainer> BeginAsync(TrainingOrder order, CancellationToken cancellation)
    {
        await UpAsync(built, cancellation);
        IHost host = built.Result;
        started ??= Task.Run(() => host.StartAsync(), CancellationToken.None);
        await CheckDataAsync(host.Services, order); // while it starts
        await UpAsync(started, cancellation);
        return new GrainTrainer(host.Services.GetRequiredService<IGrainFactory>(), time);
    }

    private static async Task UpAsync(Task silo, CancellationToken cancellation)
    {
        try
        {
            await silo.WaitAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new CommandFailure(ExitCode.CannotConnect, $"The silo in this process did not start: {failure.Message}");
        }
    }

    /// <summary>Opens the data before the run, so that its faults are told before the first step; the workers then share it.</summary>
    private async Task CheckDataAsync(IServiceProvider services, TrainingOrder order)
    {
        DatasetCache datasets = services.GetRequiredService<DatasetCache>();
        Lane files = services.GetRequiredService<Lanes>().Files;
        DatasetCache.Lease lease = await datasets.OpenAsync(LearningOptions.Dataset(order.Configuration.Data));
        data.Add(lease);
        Func<string, Origin> ofRun = _ => Origin.File(Path.Combine(order.Folder, RunFiles.Configuration), 1);
        bool goesOn = order.Resume && RunFolders.HasCheckpoint(order.Folder);
        RunConfiguration configuration = goesOn ? order.Configuration.WithoutWeights() : order.Configuration;
        var reading = new ConfigurationReading(configuration, order.OriginOf ?? ofRun);
        await files.Run(() => DataCheck.Run(reading, lease.Dataset));
    }
}
