using Actors.Grains.Federation;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Federation;

public sealed class AggregatorGrainTests : IAsyncLifetime
{
    private readonly SiloFixture silo = new();

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Apply_OthersSamples_WeighsEachByItsOwnAndThoseWithoutNotAtAll()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("weights", shards: 3);
        float[] start = await ParametersAsync(aggregator, 0);
        float[][] learned = await Task.WhenAll(encoders.Select(encoder => TakeAsync(encoder.LearnedAsync(0, 0))));
        long[] samples = [3, 0, 1]; // the second had no sample of this modality
        Contribution[] given = [.. encoders.Select((encoder, shard) => new Contribution(shard, encoder, samples[shard]))];
        Assert.Empty(await aggregator.AddAsync(0, given));
        await aggregator.ApplyAsync(0);

        float[] expected = [.. start.Select((x, i) => x + (0.75f * learned[0][i]) + (0.25f * learned[2][i]))];
        Assert.All(expected.Zip(await ParametersAsync(aggregator, 1)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.NotEqual(start, expected);
    }

    [Fact]
    public async Task Apply_NobodyHadTheModality_ChangesNothing()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("nobody", shards: 2);
        float[] start = await ParametersAsync(aggregator, 0);
        await aggregator.AddAsync(0, [.. encoders.Select((encoder, shard) => new Contribution(shard, encoder, 0))]);
        await aggregator.ApplyAsync(0);
        Assert.Equal(start, await ParametersAsync(aggregator, 1));
    }

    [Fact]
    public async Task Apply_Repeated_StepsOnce()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("repeat", shards: 2);
        await aggregator.AddAsync(0, [.. encoders.Select((encoder, shard) => new Contribution(shard, encoder, 4))]);
        await aggregator.ApplyAsync(0);
        float[] once = await ParametersAsync(aggregator, 1);
        await aggregator.ApplyAsync(0);
        Assert.Equal(once, await ParametersAsync(aggregator, 1));
        Assert.Contains("round 0 is refused", (await Assert.ThrowsAsync<WorkerException>(() => aggregator.AddAsync(0, []))).Message);
    }

    [Fact]
    public async Task Add_WorkerIsLost_NamesTheShardAndCanBeAskedAgainWithoutIt()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("lost", shards: 3);
        float[] start = await ParametersAsync(aggregator, 0), learned = await TakeAsync(encoders[0].LearnedAsync(0, 0));
        Contribution[] given = [.. encoders.Select((encoder, shard) => new Contribution(shard, encoder, 4))];
        await encoders[1].ReleaseAsync();
        LostContribution lost = Assert.Single(await aggregator.AddAsync(0, given));
        Assert.Equal((1, null), (lost.Shard, lost.Unreachable));
        Assert.Empty(await aggregator.AddAsync(0, [given[0]]));
        await aggregator.ApplyAsync(0);
        // Nothing of the first try.
        Assert.All(start.Zip(learned, (x, l) => x + l).Zip(await ParametersAsync(aggregator, 1)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    private Task<(IAggregatorGrain Aggregator, IEncoderGrain[] Encoders)> TrainedAsync(string run, int shards) =>
        TrainedShards.MakeAsync(silo.Grains, run, shards, silo.Silo, silo.Silo);

    private static Task<float[]> ParametersAsync(IAggregatorGrain aggregator, long round) => TakeAsync(aggregator.ParametersAsync(round));

    private static async Task<float[]> TakeAsync(Task<TensorPayload> answer)
    {
        using TensorPayload payload = await answer;
        using Tensor values = await payload.TakeAsync();
        return values.data<float>().ToArray();
    }
}
