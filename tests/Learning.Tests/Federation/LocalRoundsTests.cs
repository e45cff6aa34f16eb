using Actors.Learning.Balancing;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Federation;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using Actors.Tests;

namespace Actors.Learning.Tests.Federation;

/// <summary>Rounds in one thread: what the actors are compared with.</summary>
public sealed class LocalRoundsTests : IDisposable
{
    private readonly SyntheticDataset data = new(1, new SyntheticOptions { Noise = [0.3, 1] });

    [Fact]
    public void Step_OneShardFedAvg_EqualsTrainingWithoutRounds()
    {
        float[] plain = Weights(Options() with { ShardCount = 1, BatchSize = 256, Synchronization = SynchronizationMode.Gradients }, 8);
        float[] rounds = Weights(Options() with { ShardCount = 1, BatchSize = 256, SynchronizeEvery = 3 }, 8);
        // One shard of its own samples draws them in another order than one that is dealt anew: both see the whole split in one step.
        Assert.All(plain.Zip(rounds), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Step_ProximalTerm_HoldsTheShardsToTheirStart()
    {
        double Moved(double proximal)
        {
            TrainingOptions options = Options() with { SynchronizeEvery = 100, BatchSize = 32, Rounds = new RoundOptions { Proximal = proximal } };
            using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
            float[] before = Values(trainer);
            for (long step = 0; step < 3; step++) // within the first round
            {
                trainer.Step(step);
            }

            return before.Zip(Values(trainer)).Sum(pair => Math.Abs(pair.First - pair.Second));
        }

        double free = Moved(0), held = Moved(40);
        Assert.True(held < free / 2, $"They moved {free} freely and {held} held.");
    }

    [Fact]
    public void Step_FirstOfARound_HasNoProximalTerm()
    {
        TrainingOptions free = Options() with { SynchronizeEvery = 1, BatchSize = 32 };
        Assert.Equal(Weights(free, 4), Weights(free with { Rounds = new RoundOptions { Proximal = 3 } }, 4)); // θ = θ_start
    }

    [Fact]
    public void Step_TwoStepsWithProximalTerm_EqualsItWrittenOut()
    {
        // One round of two steps: the second gradient has μ(θ₁ − θ₀) on it, so that the shards differ from the free ones by −η·μ(θ₁ − θ₀).
        const double rate = 0.02, weight = 2;
        TrainingOptions options = Options() with { SynchronizeEvery = 100, ShardCount = 1, BatchSize = 64 };
        float[] start = Weights(options, 0), one = Weights(options, 1), free = Weights(options, 2);
        float[] held = Weights(options with { Rounds = new RoundOptions { Proximal = weight } }, 2);
        for (int i = 0; i < free.Length; i++)
        {
            Assert.Equal(free[i] - (rate * weight * (one[i] - start[i])), held[i], 1e-6);
        }
    }

    [Fact]
    public void Step_LocalOptimizerReset_DiffersFromKept()
    {
        TrainingOptions momentum = Options() with { Optimizer = Options().Optimizer with { Momentum = 0.9 }, SynchronizeEvery = 2, BatchSize = 32 };
        TrainingOptions reset = momentum with { Rounds = new RoundOptions { ResetsOptimizer = true } };
        Assert.Equal(Weights(momentum, 2), Weights(reset, 2)); // the first round begins with none
        Assert.NotEqual(Weights(momentum, 4), Weights(reset, 4));
    }

    [Fact]
    public void Step_HalfTakesPart_TheOthersBeginTheNextRoundWithTheSame()
    {
        TrainingOptions options = Options() with { ShardCount = 4, BatchSize = 16, SynchronizeEvery = 2, Rounds = new RoundOptions { Fraction = 0.5 } };
        using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
        Assert.All(Enumerable.Range(0, 6), step => Assert.Equal(32, trainer.Step(step).SampleCount));
    }

    [Fact]
    public void Step_BalancedByRound_KeepsOneCoefficientForARound()
    {
        TrainingOptions options = Options("mlb") with { BatchSize = 32, SynchronizeEvery = 2, Rounds = new RoundOptions { BalancesByRound = true } };
        using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
        StepResult[] steps = [.. Enumerable.Range(0, 6).Select(step => trainer.Step(step))];
        Assert.Equal([1.0, 1.0], steps[0].Balance.Coefficients);
        Assert.Equal(steps[0].Balance.Coefficients, steps[1].Balance.Coefficients);
        double[] means = [.. Enumerable.Range(0, 2).Select(i => steps[..2].Sum(s => s.Unimodal[i]!.Value.ScoreSum) / steps[..2].Sum(s => s.SampleCount))];
        double[] expected = new double[2];
        BalancingMethods.Create(options.Method, 2).Coefficients(means, expected);
        Assert.All(expected.Zip(steps[2].Balance.Coefficients), pair => Assert.Equal(pair.First, pair.Second, 1e-12)); // added in another order
        Assert.Equal(steps[2].Balance.Coefficients, steps[3].Balance.Coefficients);
    }

    [Theory]
    [InlineData(false, 0.5)] // both have taken the same steps of the same batch
    [InlineData(true, 0.9)]
    public void Step_NineTenthsOfTheSamplesAreOneShards_WeighsItByWhatIsAskedFor(bool byOwn, double first)
    {
        using var uneven = new UnevenShards(data, part: 0.9);
        TrainingOptions options = Options() with { BatchSize = 16, SynchronizeEvery = 3, Rounds = new RoundOptions { WeighsByOwnSamples = byOwn } };
        float[] together = Round((_, _) => true), one = Round((_, shard) => shard == 0), other = Round((_, shard) => shard == 1);
        Assert.NotEqual(one, other);
        Assert.All(together.Select((x, i) => (x, i)), at => Assert.Equal((first * one[at.i]) + ((1 - first) * other[at.i]), at.x, 1e-5));

        float[] Round(Func<long, int, bool> isThere)
        {
            using var trainer = new LocalTrainer(uneven, options, DeviceName.Cpu, isThere);
            for (long step = 0; step < 3; step++)
            {
                trainer.Step(step);
            }

            return Values(trainer);
        }
    }

    [Fact]
    public void Dispose_AfterRounds_LeavesNoTensors()
    {
        TrainingOptions options = Options() with
        {
            SynchronizeEvery = 2,
            Rounds = new RoundOptions { Proximal = 1, Server = new() { Name = ServerOptimizers.FedAdam } },
        };
        using (var warm = new LocalTrainer(data, options, DeviceName.Cpu))
        {
            warm.Step(0);
        }

        using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
        trainer.Step(0);
        trainer.Step(1);
        long before = TensorLeaks.Baseline();
        for (long step = 2; step < 30; step++)
        {
            trainer.Step(step);
        }

        TensorLeaks.AssertNone(before, ready: 32);
    }

    public void Dispose() => data.Dispose();

    private float[] Weights(TrainingOptions options, int steps)
    {
        using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
        for (long step = 0; step < steps; step++)
        {
            trainer.Step(step);
        }

        return Values(trainer);
    }

    private static float[] Values(LocalTrainer trainer) =>
        [.. trainer.Encoders.Select(e => e.Module).Append(trainer.Fusion.Module).SelectMany(m => m.Flat.Values.data<float>().ToArray())];

    private static TrainingOptions Options(string method = "multi-loss") => new()
    {
        Seed = 5,
        Modalities = [.. Enumerable.Range(0, 2)
            .Select(i => new ModalityOptions($"m{i}", new EncoderOptions { Name = "convnet", Width = 4, Features = 8, Depth = 1 }))],
        Fusion = new FusionOptions { Name = Fusions.LateLinear },
        Method = new MethodOptions { Name = method, Alpha = 1, BetaMax = 4 },
        Optimizer = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.02 },
        BatchSize = 128,
        ShardCount = 2,
        Synchronization = SynchronizationMode.Parameters,
        Epochs = 20,
    };
}
