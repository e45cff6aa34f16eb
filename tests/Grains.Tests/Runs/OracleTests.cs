using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Learning.Devices;
using Actors.Tests;
using TorchSharp;

namespace Actors.Grains.Tests.Runs;

/// <summary>The actor run against what it must equal.</summary>
public sealed class OracleTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData(1, "unimodal", "late-linear")]
    [InlineData(2, "joint", "late-linear")]
    [InlineData(2, "multi-loss", "mid-mlp")]
    [InlineData(2, "mlb", "late-linear")]
    [InlineData(3, "mlb", "mid-mlp")]
    [InlineData(4, "mlb", "late-linear")]
    public async Task Run_OneShard_EqualsTheLocalTrainerBitForBit(int modalities, string method, string fusion)
    {
        RunConfiguration configuration = TestRun.Configuration(modalities, method);
        configuration = configuration with { Fusion = configuration.Fusion with { Name = fusion } };
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        AssertCompleted(events);

        long steps = events.OfType<StepEvent>().Last().Step;
        Weights.AssertSameBits(LocalRun.Train(configuration, steps), Weights.Of(folder, steps));
    }

    [Fact]
    public async Task Run_TargetUpdate_EqualsTheLocalTrainerBitForBit()
    {
        RunConfiguration configuration = TestRun.Configuration();
        configuration = configuration with
        {
            Method = configuration.Method with { Target = "update" },
            Optimizer = configuration.Optimizer with { Name = "adamw", LearningRate = 0.01 },
            Training = configuration.Training with { ClipNorm = 0.5 },
        };
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        long steps = events.OfType<StepEvent>().Last().Step;
        Weights.AssertSameBits(LocalRun.Train(configuration, steps), Weights.Of(folder, steps));
    }

    [Fact]
    public async Task Run_SeveralLanes_EqualsOneLaneBitForBit()
    {
        RunConfiguration configuration = TestRun.Configuration(3);
        string one = silo.NewFolder(), several = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, one)).OfType<StepEvent>().Last().Step;
        string[] devices = [.. DeviceList.Present().Where(d => d.Kind == DeviceType.CPU).Take(2).Select(d => d.ToString())];
        await silo.RunAsync(configuration with { Placement = configuration.Placement with { Devices = [.. devices] } }, several);
        Weights.AssertSameBits(Weights.Of(one, steps), Weights.Of(several, steps));
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(4, null)]
    [InlineData(4, 0.2)] // the mean is clipped, not what goes into it
    public async Task Run_ManyShards_EqualOneShardOfTheWholeBatch(int shards, double? clipNorm)
    {
        RunConfiguration Of(int count)
        {
            RunConfiguration run = TestRun.Configuration(shards: count, batch: 16 / count);
            return run with { Training = run.Training with { ClipNorm = clipNorm } };
        }

        string one = silo.NewFolder(), many = silo.NewFolder();
        IReadOnlyList<RunEvent> whole = await silo.RunAsync(Of(1), one);
        IReadOnlyList<RunEvent> sharded = await silo.RunAsync(Of(shards), many);
        AssertCompleted(sharded);

        StepEvent[] expected = [.. whole.OfType<StepEvent>()], actual = [.. sharded.OfType<StepEvent>()];
        Assert.Equal(expected.Length, actual.Length);
        double greatest = expected.Zip(actual).SelectMany(pair => pair.First.Modalities.Zip(pair.Second.Modalities))
            .Max(pair => Math.Abs(pair.First.Coefficient - pair.Second.Coefficient));
        Assert.True(greatest <= 1e-6, $"k differs by {greatest}.");
        Weights.AssertClose(Weights.Of(one, expected[^1].Step), Weights.Of(many, expected[^1].Step), 1e-5);

        EvaluationEvent[] evaluations = [.. whole.OfType<EvaluationEvent>()];
        Assert.All(evaluations.Zip(sharded.OfType<EvaluationEvent>()), pair => Assert.Equal(pair.First.SampleCount, pair.Second.SampleCount));
    }

    [Fact]
    public async Task Run_ParametersEveryStepWithPlainSgd_EqualsGradients()
    {
        RunConfiguration configuration = TestRun.Configuration(method: "joint", shards: 2, batch: 8);
        configuration = configuration with
        {
            Optimizer = configuration.Optimizer with { Momentum = 0, WeightDecay = 0 },
            // Shards that keep their own samples see others than shards that are dealt anew; one epoch of a whole split in one step sees all of them.
            Training = configuration.Training with { BatchSize = 64, Epochs = 4 },
        };
        string gradients = silo.NewFolder(), parameters = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, gradients)).OfType<StepEvent>().Last().Step;
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            configuration with { Training = configuration.Training with { SynchronizationMode = "parameters" } }, parameters);
        AssertCompleted(events);
        Weights.AssertClose(Weights.Of(gradients, steps), Weights.Of(parameters, steps), 1e-5);
    }

    [Fact]
    public async Task Run_ParametersEveryFewSteps_KeepsOneModelAndResumesBitForBit()
    {
        RunConfiguration configuration = TestRun.Configuration(shards: 2, batch: 8, epochs: 3);
        configuration = configuration with { Training = configuration.Training with { SynchronizationMode = "parameters", SynchronizationEvery = 3 } };
        string straight = silo.NewFolder(), stopped = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        await silo.RunAsync(configuration, stopped, false, (run, e) => e is StepEvent { Step: >= 6 } ? run.StopAsync(false) : Task.CompletedTask);
        AssertCompleted(await silo.RunAsync(configuration, stopped, resume: true));
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(stopped, steps, withOptimizer: true));
    }

    [Fact]
    public async Task Run_OfFilesStoppedAfterAValidationAndResumedElsewhere_EqualsNeverStoppedBitForBit()
    {
        RunConfiguration configuration = Sounds.Configuration(silo.NewFolder(), "mlb");
        configuration = configuration with
        {
            // Two torch threads give other bits than one, where there is enough to compute.
            Placement = configuration.Placement with { ThreadsPerDevice = 2 },
            Modalities = [configuration.Modalities[0] with { Width = 16 }],
            Training = configuration.Training with { BatchSize = 16, Epochs = 3 },
        };
        string straight = silo.NewFolder(), stopped = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        await silo.RunAsync(configuration, stopped, false, (run, e) => e is EvaluationEvent ? run.StopAsync(false) : Task.CompletedTask);
        await using var elsewhere = new SiloFixture();
        await elsewhere.InitializeAsync();
        AssertCompleted(await elsewhere.RunAsync(configuration, stopped, resume: true));
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(stopped, steps, withOptimizer: true));
    }

    [Theory]
    [InlineData(null)] // whole
    [InlineData(100)] // in chunks
    public async Task Run_TensorsThroughTheCodec_EqualsHandOverBitForBit(int? chunkBytes)
    {
        await using var encoding = new SiloFixture { AlwaysEncode = true, ChunkBytes = chunkBytes };
        await encoding.InitializeAsync();
        long before = TensorLeaks.Baseline();
        RunConfiguration configuration = TestRun.Configuration(shards: 2, batch: 8);
        string handed = silo.NewFolder(), encoded = encoding.NewFolder();
        long steps = (await silo.RunAsync(configuration, handed)).OfType<StepEvent>().Last().Step;
        AssertCompleted(await encoding.RunAsync(configuration, encoded));
        TensorLeaks.AssertNone(before);
        Weights.AssertSameBits(Weights.Of(handed, steps, withOptimizer: true), Weights.Of(encoded, steps, withOptimizer: true));
    }

    [Theory]
    [InlineData("bf16", "fp32", "fp32")]
    [InlineData("fp32", "bf16", "fp32")]
    [InlineData("fp32", "fp32", "bf16")]
    [InlineData("fp16", "fp16", "fp16")]
    public async Task Run_RoundedOnTheWire_IsTheSameHandedOverAndNotThatOfFullNumbers(string features, string gradients, string reduction)
    {
        await using var encoding = new SiloFixture { AlwaysEncode = true, ChunkBytes = 100 };
        await encoding.InitializeAsync();
        long before = TensorLeaks.Baseline();
        RunConfiguration full = TestRun.Configuration(shards: 2, batch: 8);
        RunConfiguration rounded = full with { Wire = new WireConfiguration { Features = features, Gradients = gradients, Reduction = reduction } };
        string plain = silo.NewFolder(), handed = silo.NewFolder(), encoded = encoding.NewFolder();
        long steps = (await silo.RunAsync(full, plain)).OfType<StepEvent>().Last().Step;
        AssertCompleted(await silo.RunAsync(rounded, handed));
        AssertCompleted(await encoding.RunAsync(rounded, encoded));
        TensorLeaks.AssertNone(before);
        SortedDictionary<string, float[]> expected = Weights.Of(plain, steps), actual = Weights.Of(handed, steps);
        Weights.AssertSameBits(actual, Weights.Of(encoded, steps));
        Weights.AssertClose(expected, actual, 0.02);
        Assert.Contains(expected, pair => !pair.Value.SequenceEqual(actual[pair.Key]));
    }

    internal static void AssertCompleted(IReadOnlyList<RunEvent> events)
    {
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.True(last.Status == RunStatus.Completed, $"The run ended {last.Status}: {last.Message}");
        Assert.Equal(Enumerable.Range(0, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
    }
}
