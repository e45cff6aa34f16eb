using System.Diagnostics;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Workers;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Benchmarks;

/// <summary>
/// The actor run: encoder, fusion and balancer grains on a silo in this process, or one encoder on another, in pieces as the run grain orders them.
/// </summary>
internal sealed class ActorContestant : IContestant
{
    private readonly IHost host;
    private readonly TwoSilos? silos;
    private readonly IFusionGrain fusion;
    private readonly int piece;
    private long step;

    /// <summary>Makes the workers.</summary>
    /// <param name="name">Name in the table.</param>
    /// <param name="configuration">The run.</param>
    /// <param name="silos">Not owned; the encoder of the last modality lives on the other one. Null: all on a silo of its own.</param>
    public ActorContestant(string name, RunConfiguration configuration, TwoSilos? silos = null)
    {
        Name = name;
        this.silos = silos;
        piece = configuration.Training.LogEverySteps;
        host = silos?.Host ?? EmbeddedSilo.Build();
        if (silos is null)
        {
            host.Start();
        }

        fusion = PrepareAsync(configuration).GetAwaiter().GetResult();
    }

    public string Name { get; }

    public double Run(int steps)
    {
        var watch = Stopwatch.StartNew();
        for (int done = 0; done < steps; done += piece)
        {
            int count = Math.Min(piece, steps - done);
            fusion.TrainAsync(step, step + count).GetAwaiter().GetResult();
            step += count;
        }

        return watch.Elapsed.TotalMilliseconds / steps;
    }

    private string Silo => host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    public void Dispose()
    {
        if (silos is not null)
        {
            return;
        }

        host.StopAsync().GetAwaiter().GetResult();
        host.Dispose();
    }

    private async Task<IFusionGrain> PrepareAsync(RunConfiguration configuration)
    {
        IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(Name, 1, Silo)).PrepareAsync(configuration);
        long[] features = new long[configuration.Modalities.Length];
        for (int i = 0; i < features.Length; i++)
        {
            var encoder = grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(Name, 1, 0, configuration.Modalities[i].Name, SiloOf(i, features.Length)));
            features[i] = (await encoder.PrepareAsync(Order(configuration, i, []))).FeatureCount;
        }

        var conducting = grains.GetGrain<IFusionGrain>(WorkerKey.Fusion(Name, 1, 0, Silo));
        await conducting.PrepareAsync(Order(configuration, -1, features));
        return conducting;
    }

    private string SiloOf(int modality, int count) => modality == count - 1 && silos is not null ? silos.OtherAddress.ToParsableString() : Silo;

    private WorkerOrder Order(RunConfiguration configuration, int modality, long[] features) => new()
    {
        Run = Name,
        Generation = 1,
        Configuration = configuration,
        Shard = 0,
        Modality = modality,
        Device = configuration.Placement.Devices[(modality < 0 ? 0 : modality) % configuration.Placement.Devices.Length],
        FeatureCounts = [.. features],
        EncoderSilos = [.. features.Select((_, i) => SiloOf(i, features.Length))],
        BalancerSilo = Silo,
        ReducerSilos = [Silo],
    };
}
