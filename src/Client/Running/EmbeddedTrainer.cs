using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Client.Running;

/// <summary>Trains runs on a silo inside this process.</summary>
internal sealed class EmbeddedTrainer : ITrainer
{
    private readonly IHost host = EmbeddedSilo.Build();
    private readonly GrainTrainer runs;
    private readonly List<DatasetCache.Lease> data = [];
    private readonly Task started;

    /// <summary>Starts the silo and does not wait for it: data is opened meanwhile.</summary>
    /// <param name="time">The clock.</param>
    public EmbeddedTrainer(TimeProvider time)
    {
        runs = new GrainTrainer(host.Services.GetRequiredService<IGrainFactory>(), time);
        started = Task.Run(() => host.StartAsync());
    }

    public async Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation)
    {
        await CheckDataAsync(order);
        await StartedAsync(cancellation);
        return await runs.StartRunAsync(order, cancellation);
    }

    public IAsyncEnumerable<RunEvent> WatchAsync(string run, CancellationToken cancellation) => runs.WatchAsync(run, cancellation);

    public async Task<EvaluationEvent> EvaluateAsync(TrainingOrder order, CancellationToken cancellation)
    {
        await CheckDataAsync(order);
        await StartedAsync(cancellation);
        return await runs.EvaluateAsync(order);
    }

    public Task StopAsync(string run, bool now) => runs.StopAsync(run, now);

    public async ValueTask DisposeAsync()
    {
        await started.ContinueWith(_ => { }, TaskScheduler.Default); // its failure was told, or nobody used it
        data.ForEach(lease => lease.Dispose());
        if (started.IsCompletedSuccessfully)
        {
            await host.StopAsync();
        }

        host.Dispose();
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        try
        {
            await started.WaitAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new CommandFailure(ExitCode.CannotConnect, $"The silo in this process did not start: {failure.Message}");
        }
    }

    /// <summary>Opens the data before the run, so that its faults are told before the first step; the workers then share it.</summary>
    private async Task CheckDataAsync(TrainingOrder order)
    {
        DatasetCache datasets = host.Services.GetRequiredService<DatasetCache>();
        Lane files = host.Services.GetRequiredService<Lanes>().Files;
        DatasetCache.Lease lease = await datasets.OpenAsync(LearningOptions.Dataset(order.Configuration.Data));
        data.Add(lease);
        Func<string, Origin> ofRun = _ => Origin.File(Path.Combine(order.Folder, RunFiles.Configuration), 1);
        var reading = new ConfigurationReading(order.Configuration, order.OriginOf ?? ofRun);
        await files.Run(() => DataCheck.Run(reading, lease.Dataset));
    }
}
