using Actors.Learning.Balancing;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

public sealed class LocalTrainerTests : IDisposable
{
    private readonly SyntheticDataset data = new(1, new SyntheticOptions { Noise = [0.3, 1] });

    [Theory]
    [InlineData("joint")]
    [InlineData("multi-loss")]
    [InlineData("mlb")]
    public void Step_Repeated_LearnsAndLeavesNoTensors(string method)
    {
        using var trainer = new LocalTrainer(data, Options(method), DeviceName.Cpu);
        double first = trainer.Step(0).Fused.LossSum;
        for (long step = 1; step < 20; step++)
        {
            trainer.Step(step);
        }

        StepResult last = trainer.Step(20);
        long before = TensorLeaks.Baseline();
        for (long step = 21; step < 60; step++)
        {
            last = trainer.Step(step);
        }

        Assert.True(last.Fused.LossSum < first / 2, $"The loss went from {first} to {last.Fused.LossSum}.");
        TensorLeaks.AssertNone(before, ready: 16);
    }

    [Fact]
    public void Step_SameSeed_GivesTheSameBits()
    {
        double[] Losses()
        {
            using var trainer = new LocalTrainer(data, Options("mlb"), DeviceName.Cpu);
            return [.. Enumerable.Range(0, 8).Select(step => trainer.Step(step).Fused.LossSum)];
        }

        Assert.Equal(Losses(), Losses());
    }

    [Fact]
    public void Step_DivergesWithoutScores_FailsSayingSo()
    {
        TrainingOptions options = Options("joint");
        options = options with
        {
            Fusion = options.Fusion with { Name = "mid-mlp" },
            Optimizer = options.Optimizer with { LearningRate = 1e38 },
        };
        using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
        trainer.Step(0);
        NotFiniteNumberException failure = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(1));
        Assert.Equal(
            "The loss of the fused output must be a finite number, but is NaN at step 1. "
            + "The training has diverged: lower optimizer.learning_rate or set training.clip_norm.",
            failure.Message);
    }

    [Fact]
    public void Step_DivergesWithScores_FailsNamingStepAndModality()
    {
        TrainingOptions options = Options("mlb");
        using var trainer = new LocalTrainer(data, options with { Optimizer = options.Optimizer with { LearningRate = 1e30 } }, DeviceName.Cpu);
        trainer.Step(0);
        NotFiniteNumberException failure = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(1));
        Assert.Equal(
            "The loss of modality 'm0' must be a finite number, but is NaN at step 1. "
            + "The training has diverged: lower optimizer.learning_rate or set training.clip_norm.",
            failure.Message);
    }

    [Fact]
    public void Step_DivergesInTheFusionAlone_FailsAsSuchWhateverTheScores()
    {
        using var trainer = new LocalTrainer(data, Options("joint"), DeviceName.Cpu);
        using (no_grad())
        {
            trainer.Fusion.Module.ModelState["bias"].fill_(float.NaN);
        }

        NotFiniteNumberException failure = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(0));
        Assert.StartsWith("The loss of the fused output must be", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_Mlb_SlowsTheModalityThatIsAhead()
    {
        using var trainer = new LocalTrainer(data, Options("mlb"), DeviceName.Cpu);
        Balance balance = Enumerable.Range(0, 12).Select(step => trainer.Step(step).Balance).Last();
        int ahead = balance.Scores![0] > balance.Scores[1] ? 0 : 1;
        Assert.True(balance.Coefficients[ahead] < 1 && balance.Coefficients[1 - ahead] > 1, string.Join(", ", balance.Coefficients));
    }

    [Fact]
    public void Step_Joint_LeavesTheHeadsUntrainedAndScoresBySlices()
    {
        using var trainer = new LocalTrainer(data, Options("joint"), DeviceName.Cpu);
        float[] before = trainer.Encoders[0].Module.ModelState["head.weight"].detach().data<float>().ToArray();
        StepResult result = trainer.Step(0);
        Assert.Equal(before, trainer.Encoders[0].Module.ModelState["head.weight"].detach().data<float>().ToArray());
        Assert.NotNull(result.Balance.Scores);
        Assert.Equal([1.0, 1.0], result.Balance.Coefficients);
    }

    [Fact]
    public void Fuse_OtherSamples_IsRefusedNamingShardModalityAndStep()
    {
        TrainingOptions options = Options("joint");
        using var encoder = new EncoderWorker(data, options, 0, 0, DeviceName.Cpu);
        using var fusion = new FusionWorker(data, options, [encoder.FeatureCount, encoder.FeatureCount], 0, DeviceName.Cpu);
        using EncoderForward forward = encoder.Encode(0);
        string message = Assert.Throws<InvalidDataException>(() =>
            fusion.Fuse(0, [forward.Features, forward.Features], [forward.Digest, forward.Digest + 1])).Message;
        Assert.Contains("'m1'", message);
        Assert.Contains("shard 0", message);
        Assert.Contains("step 0", message);
    }

    [Fact]
    public void FusionWorker_Unimodal_IsALinearClassifierWhateverFusionTheRunHas()
    {
        TrainingOptions options = Options("unimodal");
        options = options with { Modalities = [options.Modalities[0]], Fusion = new FusionOptions { Name = Fusions.MidMlp } };
        using var fusion = new FusionWorker(data, options, [8], 0, DeviceName.Cpu);
        Assert.Equal(["bias", "slices.0"], fusion.Module.Flat.Segments.Select(segment => segment.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Backward_WithoutEncode_IsRefused()
    {
        using var encoder = new EncoderWorker(data, Options("joint"), 0, 0, DeviceName.Cpu);
        using Tensor gradient = zeros(16, 8);
        Assert.Throws<InvalidOperationException>(() => encoder.Backward(gradient));
    }

    [Fact]
    public void Of_DerivedSeed_DiffersByPartAndSeedAndNeverChanges()
    {
        Assert.Equal(4, new[] { DerivedSeed.Of(0, "a"), DerivedSeed.Of(0, "b"), DerivedSeed.Of(1, "a"), DerivedSeed.Of(1, "b") }.Distinct().Count());
        Assert.Equal(6780930143803358109UL, DerivedSeed.Of(7, "encoder/audio")); // no run could be repeated with another
        Assert.Equal(17665956581633026203UL, DerivedSeed.Of(0, ""));
    }

    public void Dispose() => data.Dispose();

    private static TrainingOptions Options(string method) => new()
    {
        Seed = 5,
        Modalities = [.. Enumerable.Range(0, 2)
            .Select(i => new ModalityOptions($"m{i}", new EncoderOptions { Name = "convnet", Width = 4, Features = 8, Depth = 1 }))],
        Fusion = new FusionOptions { Name = Fusions.LateLinear },
        Method = new MethodOptions { Name = method, Alpha = 1, BetaMax = 4 },
        Optimizer = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.02, Momentum = 0.9 },
        BatchSize = 16,
        Epochs = 4,
    };
}
