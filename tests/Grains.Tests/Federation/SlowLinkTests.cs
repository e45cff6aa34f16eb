using System.Collections.Concurrent;
using Actors.Grains.Federation;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Federation;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Federation;

/// <summary>An aggregator on one silo, shards on another, and a link that holds what is read.</summary>
public sealed class SlowLinkTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly HeldReads link = new();
    private readonly TwoSilosFixture silos;

    public SlowLinkTests() => silos = new TwoSilosFixture
    {
        // Each tensor in chunks, and room for several.
        Transfer = options => (options.ChunkBytes, options.ChunksInFlight, options.KeptFor) = (1024, 64, TimeSpan.FromSeconds(1)),
        Configure = builder => builder.AddOutgoingGrainCallFilter(link),
    };

    private IGrainFactory Grains => silos.First.GetRequiredService<IGrainFactory>();

    private TensorShelf Shelf => silos.Second.GetRequiredService<TensorShelf>();

    public ValueTask InitializeAsync() => silos.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        link.Release();
        return silos.DisposeAsync();
    }

    [Fact]
    public async Task Add_AnswersAreDroppedBeforeTheyAreFetched_AsksAgainAndTheSumIsTheSame()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("dropped", shards: 5);
        using Tensor expected = await ExpectedAsync(aggregator, encoders);
        link.Hold();
        Task<LostContribution[]> added = aggregator.AddAsync(0, Given(encoders));
        await link.Held(1).WaitAsync(Bound, TestContext.Current.CancellationToken);
        // The first, and those that were asked for with it.
        Assert.True(SpinWait.SpinUntil(() => Shelf.Count == 0, Bound), $"{Shelf.Count} tensors are on the shelf.");
        await AssertSumAsync(aggregator, added, expected);
    }

    [Fact]
    public async Task Add_FirstShardIsSlow_FetchesTheNextMeanwhileAndNoMore()
    {
        (IAggregatorGrain aggregator, IEncoderGrain[] encoders) = await TrainedAsync("meanwhile", shards: 4);
        using Tensor expected = await ExpectedAsync(aggregator, encoders);
        link.Hold();
        Task<LostContribution[]> added = aggregator.AddAsync(0, Given(encoders));
        await link.Held(2).WaitAsync(Bound, TestContext.Current.CancellationToken);
        Assert.Equal(2, link.Tensors);
        await AssertSumAsync(aggregator, added, expected);
    }

    /// <summary>Lets the link through; the round is then the same bits as where nothing was in its way.</summary>
    private async Task AssertSumAsync(IAggregatorGrain aggregator, Task<LostContribution[]> added, Tensor expected)
    {
        link.Release();
        Assert.Empty(await added.WaitAsync(Bound, TestContext.Current.CancellationToken));
        await aggregator.ApplyAsync(0);
        using Tensor parameters = await TakeAsync(aggregator.ParametersAsync(1));
        Assert.True(parameters.bytes.SequenceEqual(expected.bytes));
    }

    private static Contribution[] Given(IEncoderGrain[] encoders) => [.. encoders.Select((encoder, shard) => new Contribution(shard, encoder, shard + 1))];

    private static async Task<Tensor> TakeAsync(Task<TensorPayload> answer)
    {
        using TensorPayload payload = await answer;
        return await payload.TakeAsync();
    }

    /// <summary>The segment after the round, added up here.</summary>
    private static async Task<Tensor> ExpectedAsync(IAggregatorGrain aggregator, IEncoderGrain[] encoders)
    {
        using Tensor start = await TakeAsync(aggregator.ParametersAsync(0));
        using var segment = new ServerSegment(new ServerOptimizerOptions { Name = "fedavg", LearningRate = 1 }, start.clone());
        segment.Begin();
        Contribution[] given = Given(encoders);
        foreach (Contribution one in given)
        {
            using Tensor learned = await TakeAsync(one.Worker.LearnedAsync(0, 0));
            segment.Add(learned, one.SampleCount / (double)given.Sum(each => each.SampleCount));
        }

        segment.Apply();
        return segment.Parameters.clone();
    }

    private Task<(IAggregatorGrain Aggregator, IEncoderGrain[] Encoders)> TrainedAsync(string run, int shards)
    {
        string here = silos.First.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        return TrainedShards.MakeAsync(Grains, run, shards, silos.SecondAddress.ToParsableString(), here);
    }

    /// <summary>Holds what is read from shelves.</summary>
    private sealed class HeldReads : IOutgoingGrainCallFilter
    {
        private readonly ConcurrentDictionary<long, bool> tensors = new();
        private readonly TaskCompletionSource[] held = [New(), New()];
        private readonly TaskCompletionSource released = New();
        private volatile bool holds;

        public int Tensors => tensors.Count;

        public void Hold() => holds = true;

        public void Release() => released.TrySetResult();

        /// <summary>Completes when so many tensors are being read.</summary>
        public Task Held(int count) => held[count - 1].Task;

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (holds && context.InterfaceName.Contains("TensorSource", StringComparison.Ordinal) && context.MethodName == nameof(ITensorSource.ReadAsync))
            {
                tensors.TryAdd((long)context.Request.GetArgument(0)!, true);
                for (int n = 0; n < Math.Min(tensors.Count, held.Length); n++)
                {
                    held[n].TrySetResult();
                }

                await released.Task;
            }

            await context.Invoke();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
