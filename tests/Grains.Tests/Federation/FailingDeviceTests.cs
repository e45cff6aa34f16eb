using System.Collections.Concurrent;
using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Actors.Grains.Tests.Runs;
using Actors.Grains.Tests.Workers;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>A shard that is lost once, and then each time it is prepared on one of two devices.</summary>
public sealed class FailingDeviceTests : IAsyncLifetime
{
    private readonly FailingDevice device = new();
    private readonly SiloFixture silo;

    public FailingDeviceTests() => silo = new SiloFixture
    {
        Configure = builder =>
        {
            builder.AddIncomingGrainCallFilter(device);
            builder.Services.AddSingleton(new SiloResources(["cpu:0", "cpu:1"], ThreadsPerDevice: 1, ImmutableDictionary<string, string>.Empty));
            builder.Services.Configure<WorkerCallOptions>(options => options.BetweenLooks = TimeSpan.FromMilliseconds(20));
        },
    };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Run_ShardIsLostEachTimeItIsPreparedOnADevice_DeviceIsLeftOutAndToldAndTheShardComesBackOnAnother()
    {
        RunConfiguration run = TestRun.Federated(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 12);
        run = run with { Placement = run.Placement with { Devices = [] } };
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(run, folder);

        OracleTests.AssertCompleted(events); // in one generation: the sequence has no gap
        string[] messages = [.. events.OfType<StatusEvent>().Select(told => told.Message)];
        Assert.Contains("/cpu:1 until", Assert.Single(messages, message => message.Contains("Left out", StringComparison.Ordinal)));
        string failed = Assert.Single(
            messages,
            message => message.Contains("The test's device failed", StringComparison.Ordinal) && !message.Contains("Left out", StringComparison.Ordinal));
        Assert.Contains("Shard 1 was lost again", failed);
        Assert.Equal([1], Assert.Single(events.OfType<RoundEvent>(), round => round.Moved.Length > 0).Moved);
        Assert.Equal(2, events.OfType<RoundEvent>().Last().ContributionCount);
    }

    [Fact]
    public async Task Run_WhatAShardLearntCannotBeFetchedFromADevice_DeviceIsLeftOutAndTheShardComesBackOnAnother()
    {
        device.FailsToGive = true;
        RunConfiguration run = TestRun.Federated(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 12);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            run with { Placement = run.Placement with { Devices = [] } }, silo.NewFolder());

        OracleTests.AssertCompleted(events);
        Assert.Equal([1], Assert.Single(events.OfType<RoundEvent>(), round => round.Moved.Length > 0).Moved);
        Assert.Equal(3, events.OfType<RoundEvent>().Count(round => round.Lost.SequenceEqual([1])));
        Assert.Equal(2, events.OfType<RoundEvent>().Last().ContributionCount);
    }

    [Fact]
    public async Task Run_DeviceThatIsLeftOutIsTheOnlyOne_TellsOnceWhyTheShardStaysAway()
    {
        RunConfiguration run = TestRun.Federated(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 8);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(run with { Placement = run.Placement with { Devices = ["cpu:1"] } }, silo.NewFolder());

        OracleTests.AssertCompleted(events);
        StatusEvent told = Assert.Single(events.OfType<StatusEvent>(), told => told.Message.Contains("cannot be prepared again", StringComparison.Ordinal));
        Assert.Contains("Shard 1", told.Message);
        Assert.Contains("no silo offers cpu:1", told.Message);
        Assert.Equal([1], events.OfType<RoundEvent>().Last().Away);
    }

    [Fact]
    public async Task Run_ShardHasMoved_WorkerThatItLeftReleasesItselfAndItsOwnStay()
    {
        RunConfiguration run = TestRun.Federated(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 1000);
        run = run with { Placement = run.Placement with { Devices = [] } };
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(run, folder, false, async (grain, told) =>
        {
            if (told is RoundEvent { Moved: [1] })
            {
                await LeftWorker.UntilReleasedAsync(silo, folder, 1, 1, "left", run); // of the life before it moved
                await grain.StopAsync(now: false);
            }
        });

        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(events[^1]).Status);
        RoundEvent[] since = [.. events.OfType<RoundEvent>().SkipWhile(round => round.Moved.Length == 0)];
        Assert.All(since, round => Assert.Equal(2, round.ContributionCount));
    }

    private sealed class FailingDevice : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<string, string> devices = new(); // of the workers of shard 1
        private bool fails;

        /// <summary>The shard is prepared and trains there, and it is lost each time when it is asked what it learnt.</summary>
        public bool FailsToGive { get; set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            string key = context.TargetId.Key.ToString()!;
            if (FailsToGive)
            {
                return InvokeUnlessAskedAsync(context, key);
            }

            if (context.InterfaceMethod.Name == nameof(IEncoderGrain.EncodeAsync) && key.Contains("/s1/", StringComparison.Ordinal)
                && !fails && (long)context.Request.GetArgument(0)! == 10)
            {
                fails = true;
                throw new SiloUnavailableException("The test took the silo away.");
            }

            return fails && context.InterfaceMethod.Name == nameof(IEncoderGrain.PrepareAsync)
                && context.Request.GetArgument(0) is WorkerOrder { Device: "cpu:1", Shard: 1 }
                    ? throw Failure(key)
                    : context.Invoke();
        }

        private Task InvokeUnlessAskedAsync(IIncomingGrainCallContext context, string key)
        {
            if (context.MethodName == nameof(IEncoderGrain.PrepareAsync)
                && context.Request.GetArgument(0) is WorkerOrder { Shard: 1 } order)
            {
                devices[key] = order.Device;
            }

            return context.MethodName == nameof(IEncoderGrain.LearnedAsync) && devices.GetValueOrDefault(key) == "cpu:1"
                ? throw Failure(key)
                : context.Invoke();
        }

        private static WorkerException Failure(string key) => new("The test's device failed.", isLost: true)
        {
            FailedDevice = $"{PinnedKey.SiloOf(key).ToParsableString().Split('@')[0]}/cpu:1",
        };
    }
}
