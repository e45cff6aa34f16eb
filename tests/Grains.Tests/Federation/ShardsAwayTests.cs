using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests.Diagnostics;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>What is measured while rounds go on without shards 1 and 2, which are lost together.</summary>
public sealed class ShardsAwayTests : IAsyncLifetime
{
    private readonly Losses losses = new();
    private readonly SiloFixture silo;

    public ShardsAwayTests() => silo = new SiloFixture { Configure = builder => builder.AddIncomingGrainCallFilter(losses) };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        losses.LetPrepare();
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Run_SiloOfShardsIsLostTwice_BothLossesAreCountedAndShardsAreAwayUntilTheyAreBack()
    {
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds with { Minimum = 1, Balance = "round" }, shards: 3, epochs: 100_000);
        configuration = configuration with { Training = configuration.Training with { EvaluateEveryEpochs = 100_000, LogEverySteps = 100_000 } };
        string folder = silo.NewFolder();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        var series = new List<(double Losses, double Away)>();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, false, async (run, told) =>
        {
            bool areAway = told is RoundEvent { Away: [1, 2] } && series.Count == 0;
            bool areBack = told is RoundEvent { ContributionCount: 3 } && series.Count is 1 or 2; // told, though nothing else is in all these steps
            if (areAway || areBack)
            {
                IReadOnlyDictionary<string, double> now = measured.Collect();
                series.Add((now[$"actors.run.losses{{run={folder}}}"], now[$"actors.run.shards.away{{run={folder}}}"]));
                await (series.Count switch
                {
                    1 => Done(losses.LetPrepare),
                    2 => Done(losses.LoseAgain),
                    _ => run.StopAsync(now: false),
                });
            }
        });

        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(events[^1]).Status);
        Assert.Equal([(1, 2), (1, 0), (2, 0)], series);
        Assert.Equal(0, measured.Collect()[$"actors.run.recoveries{{run={folder}}}"]);
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>Loses shards 1 and 2 in the fourth round, holds what prepares them again, and loses shard 1 once more when asked to.</summary>
    private sealed class Losses : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource prepares = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly HashSet<string> lost = [];
        private volatile bool losesAgain;

        public void LetPrepare() => prepares.TrySetResult();

        public void LoseAgain() => losesAgain = true;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            string key = context.TargetId.Key.ToString()!;
            string? shard = key.Contains("/s1/", StringComparison.Ordinal) ? "1" : key.Contains("/s2/", StringComparison.Ordinal) ? "2" : null;
            if (shard is not null && context.MethodName == nameof(IEncoderGrain.EncodeAsync) && IsLost(shard, (long)context.Request.GetArgument(0)!))
            {
                throw new SiloUnavailableException("The test took the silo away.");
            }

            if (shard is not null && context.MethodName == nameof(IEncoderGrain.PrepareAsync) && HasLost())
            {
                await prepares.Task;
            }

            await context.Invoke();
        }

        private bool IsLost(string shard, long step)
        {
            lock (lost)
            {
                return (step == 10 && lost.Add(shard)) || (losesAgain && shard == "1" && lost.Add("again"));
            }
        }

        private bool HasLost()
        {
            lock (lost)
            {
                return lost.Count > 0;
            }
        }
    }
}
