using System.Diagnostics;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Workers;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Benchmarks;

/// <summary>The actor run: encoder, fusion and balancer grains on a silo in this process, in pieces as the run grain orders them.</summary>
internal sealed class ActorContestant : IContestant
{
    private readonly IHost host;
    private readonly IFusionGrain fusion;
    private readonly int piece;
    private long step;

    public ActorContestant(string name, RunConfiguration configuration)
    {
        Name = name;
        piece = configuration.Training.LogEverySteps;
        host = EmbeddedSilo.Build();
        host.Start();
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
            var encoder = grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(Name, 1, 0, configuration.Modalities[i].Name, Silo));
            features[i] = (await encoder.PrepareAsync(Order(configuration, i, []))).FeatureCount;
        }

        var conducting = grains.GetGrain<IFusionGrain>(WorkerKey.Fusion(Name, 1, 0, Silo));
        await conducting.PrepareAsync(Order(configuration, -1, features));
        return conducting;
    }

    private WorkerOrder Order(RunConfiguration configuration, int modality, long[] features) => new()
    {
        Run = Name,
        Generation = 1,
        Configuration = configuration,
        Shard = 0,
        Modality = modality,
        Device = configuration.Placement.Devices[(modality < 0 ? 0 : modality) % configuration.Placement.Devices.Length],
        FeatureCounts = features,
        EncoderSilos = [.. features.Select(_ => Silo)],
        BalancerSilo = Silo,
        ReducerSilos = [Silo],
    };
}
