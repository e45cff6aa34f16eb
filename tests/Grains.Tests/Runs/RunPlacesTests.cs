using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;

namespace Actors.Grains.Tests.Runs;

public sealed class RunPlacesTests : IAsyncLifetime
{
    private const string First = "127.0.0.1:1@1";
    private const string Second = "127.0.0.1:2@1";

    private readonly CallContext context = new();
    private readonly SiloFixture silo;
    private KeptRun kept = null!;
    private bool moves;

    public RunPlacesTests() => silo = new()
    {
        Configure = builder =>
        {
            BreakableStorage.Install(builder);
            builder.AddIncomingGrainCallFilter(context);
        },
    };

    public async ValueTask InitializeAsync()
    {
        await silo.InitializeAsync();
        await silo.Grains.GetGrain<IRunGrain>("placed").IsOverAsync(0, null, 0);
        await InGrainAsync(async () =>
        {
            var storage = new StateStorageBridge<RunRecord>("run", context.Of!, BreakableStorage.Of(silo));
            await storage.ReadStateAsync();
            kept = new(storage, "test", TimeProvider.System, default);
            kept.Record.Generation = 3;
        });
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public Task Leave_SiloOfTheBalancerThatShardsHaveLeft_RunMustMove() => InGrainAsync(async () =>
    {
        RunPlaces places = Places();
        Assert.True(await places.KeepAsync([.. Shard(0, First), .. Shard(1, Second)]));
        Assert.True(await places.KeepAsync([.. Shard(0, Second), .. Shard(1, Second)])); // shard 0 has moved, and its balancer stays

        Assert.True(places.Leave(First));
        Assert.False(places.Leave("127.0.0.1:3@1"));
        Assert.Equal(First, (await BreakableStorage.Of(silo).ReadAsync("placed")).BalancerSilo); // for whoever comes after
    });

    [Fact]
    public Task Keep_ShardMovesWhileTheSiloOfTheBalancerLeaves_RunMustMove() => InGrainAsync(async () =>
    {
        RunPlaces places = Places();
        await places.KeepAsync([.. Shard(0, First), .. Shard(1, Second)]);
        places.Leave(First);

        Assert.False(await places.KeepAsync([.. Shard(0, Second), .. Shard(1, Second)]));
        Assert.True(moves);

        kept.Record.Generation++;
        moves = false;
        Assert.True(await places.KeepAsync([.. Shard(0, Second), .. Shard(1, Second)])); // the next one has its balancer there
        Assert.False(moves);
    });

    [Fact]
    public Task Blame_ShardIsOnASiloThatCannotBeReached_LeavesOutAllItsDevicesAndNoOthers() => InGrainAsync(async () =>
    {
        RunPlaces places = Places();
        await places.KeepAsync([.. Shard(0, silo.Silo, "cpu:0"), .. Shard(1, silo.Silo, "cpu:1"), .. Shard(2, First)]);
        string address = silo.Silo.Split('@')[0];

        places.Blame("cut off", silo.Silo, shard: 2); // cannot reach it, but is elsewhere
        Assert.Empty(places.Avoided);
        places.Blame("cut off", silo.Silo, shard: 1);
        Assert.Equal([$"{address}/cpu:0", $"{address}/cpu:1"], places.Avoided.Keys);
    });

    private RunPlaces Places() => new(kept, silo.Services.GetRequiredService<SiloDepartures>(), TimeProvider.System, () => moves = true, _ => { });

    private static IEnumerable<WorkerPlace> Shard(int shard, string silo, string device = "cpu:0") =>
        new[] { "m0", null }.Select(modality => new WorkerPlace
        {
            Shard = shard, Modality = modality, Silo = silo, Device = device, Bytes = 0, Seconds = null,
        });

    /// <summary>Does something as the grain does, in its turns.</summary>
    private Task InGrainAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource();
        context.Of!.Scheduler.QueueAction(async () =>
        {
            try
            {
                await work();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    /// <summary>Keeps what the grain that was called last lives in.</summary>
    private sealed class CallContext : IIncomingGrainCallFilter
    {
        public IGrainContext? Of { get; private set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            Of = context.TargetContext.GrainId == GrainId.Create("run", "placed") ? context.TargetContext : Of;
            return context.Invoke();
        }
    }
}
