using Actors.Grains.Federation;
using Actors.Grains.Placement;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>An aggregator whose silo cannot reach another, on which several shards are.</summary>
public sealed class UnreachableShardsTests : IAsyncLifetime
{
    private readonly CutLink link = new();
    private readonly TwoSilosFixture silos;

    public UnreachableShardsTests() => silos = new TwoSilosFixture
    {
        Configure = builder =>
        {
            builder.AddOutgoingGrainCallFilter(link);
            builder.Services.Configure<WorkerCallOptions>(options =>
                (options.Patience, options.Silence) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
        },
    };

    public ValueTask InitializeAsync() => silos.InitializeAsync();

    public ValueTask DisposeAsync() => silos.DisposeAsync();

    [Fact]
    public async Task Add_SiloCannotBeReached_NamesAllShardsOutOfReachAtOnceAndTheirSilo()
    {
        IGrainFactory grains = silos.First.GetRequiredService<IGrainFactory>();
        string here = silos.First.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        string there = silos.SecondAddress.ToParsableString();
        (IAggregatorGrain aggregator, IEncoderGrain[] far) = await TrainedShards.MakeAsync(grains, "far", shards: 4, there, here);
        IEncoderGrain near = (await TrainedShards.MakeAsync(grains, "near", shards: 1, here, here)).Encoders[0];
        IEncoderGrain gone = grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder("gone", 1, 0, "m0", "127.0.0.1:1@1"));
        IEncoderGrain[] workers = [near, far[0], far[1], gone, far[2], far[3]];
        Contribution[] given = [.. workers.Select((worker, shard) => new Contribution(shard, worker, 4))];
        link.CutOff = silos.SecondAddress;

        LostContribution[] lost = await aggregator.AddAsync(0, given);
        Assert.Equal([1, 2, 3, 4, 5], lost.Select(one => one.Shard));
        Assert.Equal([there, there, null, there, there], lost.Select(one => one.Unreachable));
        Assert.Empty(await aggregator.AddAsync(0, [given[0]]));
    }

    /// <summary>Loses what is said to workers of a silo, and to the silo.</summary>
    private sealed class CutLink : IOutgoingGrainCallFilter
    {
        public SiloAddress? CutOff { get; set; }

        public Task Invoke(IOutgoingGrainCallContext context) =>
            CutOff is { } silo && context.MethodName is nameof(IEncoderGrain.LearnedAsync) or nameof(ISiloGrain.PingAsync)
                && context.TargetId.Key.ToString()!.EndsWith(silo.ToParsableString(), StringComparison.Ordinal)
                ? new TaskCompletionSource().Task // never
                : context.Invoke();
    }
}
