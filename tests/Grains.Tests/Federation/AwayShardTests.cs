using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Evaluation;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>Evaluations while shard 1 is away, which keeps its files to itself.</summary>
public sealed class AwayShardTests : IAsyncLifetime
{
    private const int Epochs = 4, EpochSteps = 8;
    private const long LastEpoch = (Epochs - 1) * EpochSteps;

    private readonly Away away = new();
    private readonly Clock clock = new();
    private readonly SiloFixture silo;

    public AwayShardTests() => silo = new SiloFixture
    {
        Configure = builder =>
        {
            builder.AddIncomingGrainCallFilter(away);
            builder.Services.AddSingleton<TimeProvider>(clock);
        },
    };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Run_ShardWithItsOwnFilesStaysAway_SaysWhatIsMissingAndTakesNoBestWithoutIt()
    {
        away.From = LastEpoch + 1;
        RunConfiguration configuration = Configuration(isApart: true);
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, false, (_, told) =>
        {
            clock.Ahead = IsWaiting(told) ? TimeSpan.FromMinutes(10) : clock.Ahead;
            return Task.CompletedTask;
        });

        OracleTests.AssertCompleted(events);
        EvaluationEvent[] evaluations = [.. events.OfType<EvaluationEvent>()];
        (EvaluationEvent[] whole, EvaluationEvent validation, EvaluationEvent test) = (evaluations[..^2], evaluations[^2], evaluations[^1]);
        Assert.All(whole, e => Assert.Equal((8, null), (e.SampleCount, e.Warning)));
        Assert.True(
            validation.Accuracy > whole.Max(e => e.Accuracy),
            $"What is left is not easier ({validation.Accuracy}) than the whole ({string.Join(", ", whole.Select(e => e.Accuracy))}): "
            + "this shows nothing.");
        Assert.Equal(
            (4, false, "Validation is incomplete: 4 of 8 samples are not in it. Only shards that are away have them: 1."),
            (validation.SampleCount, validation.Best, validation.Warning));
        Assert.Equal(
            (4, whole.Last(e => e.Best).Epoch, "Test is incomplete: 4 of 8 samples are not in it. Only shards that are away have them: 1. "
                + "Evaluate the run again when they are back."),
            (test.SampleCount, test.Epoch, test.Warning));
        Assert.All(evaluations[^2..], e => Assert.Contains(
            events.OfType<StatusEvent>(), told => told.IsWarning && told.Message.StartsWith(e.Warning!, StringComparison.Ordinal)));

        away.From = null;
        var order = new RunOrder { Configuration = configuration, Folder = folder, Resume = true };
        EvaluationEvent again = await silo.Grains.GetGrain<IRunGrain>(folder).EvaluateAsync(order);
        Assert.Equal((8, null), (again.SampleCount, again.Warning));
        Assert.Equal(8, PredictionFile.Read(Path.Combine(folder, "predictions-test.csv")).Labels.Count);
    }

    [Fact]
    public async Task Run_ShardWithItsOwnFilesComesBackForTheTest_TestIsWhole()
    {
        away.From = LastEpoch + 1;
        IReadOnlyList<RunEvent> events = await silo.RunAsync(Configuration(isApart: true), silo.NewFolder(), false, (_, told) =>
        {
            away.From = IsWaiting(told) ? null : away.From;
            return Task.CompletedTask;
        });

        OracleTests.AssertCompleted(events);
        EvaluationEvent test = Assert.Single(events.OfType<EvaluationEvent>(), e => e.Split == "test");
        Assert.Equal((8, null), (test.SampleCount, test.Warning));
    }

    [Fact]
    public async Task Run_ShardOfSharedFilesStaysAway_TheOthersEvaluateAll()
    {
        away.From = LastEpoch + 1;
        IReadOnlyList<RunEvent> events = await silo.RunAsync(Configuration(isApart: false), silo.NewFolder());
        OracleTests.AssertCompleted(events);
        Assert.All(events.OfType<EvaluationEvent>(), e => Assert.Equal((8, null), (e.SampleCount, e.Warning)));
    }

    private static bool IsWaiting(RunEvent told) =>
        told is StatusEvent { Message: var message } && message.StartsWith("Waiting for shards until ", StringComparison.Ordinal);

    private RunConfiguration Configuration(bool isApart)
    {
        RunConfiguration run = Sounds.Configuration(silo.NewFolder(), "joint", isApart);
        return run with
        {
            Optimizer = run.Optimizer with { Name = "adamw", LearningRate = 0.01 },
            Training = run.Training with
            {
                Epochs = Epochs,
                BatchSize = 10,
                SynchronizationMode = "parameters",
                SynchronizationEvery = EpochSteps,
                Rounds = TestRun.Rounds with { Minimum = 1 },
            },
        };
    }

    /// <summary>Shard 1 is gone from a step on, and does not come back until it is told to.</summary>
    private sealed class Away : IIncomingGrainCallFilter
    {
        private bool isGone;

        public long? From { get; set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            string key = context.TargetId.Key.ToString()!;
            if (key.Contains("/s1/", StringComparison.Ordinal) || key.Contains("/s1@", StringComparison.Ordinal))
            {
                isGone = From is { } from
                    && (isGone || (context.MethodName == nameof(IEncoderGrain.EncodeAsync) && (long)context.Request.GetArgument(0)! >= from));
                return isGone ? throw new SiloUnavailableException("The test took the silo away.") : context.Invoke();
            }

            return context.Invoke();
        }
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
