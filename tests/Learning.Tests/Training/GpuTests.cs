using Actors.Learning.Balancing;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Federation;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

/// <summary>A GPU against the CPU.</summary>
public sealed class GpuTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly SyntheticDataset data = new(1, new SyntheticOptions { Noise = [0.3, 1], Size = 32, Samples = 64 });
    private readonly ITestOutputHelper output;

    public GpuTests(ITestOutputHelper output)
    {
        this.output = output;
        if (Gpu.IsPresent)
        {
            Gpu.UseFullPrecision();
        }
    }

    public void Dispose() => data.Dispose();

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData("joint", "late-linear", "convnet", "sgd")]
    [InlineData("multi-loss", "mid-mlp", "convnet", "adamw")]
    [InlineData("mlb", "late-linear", "convnet", "sgd")]
    [InlineData("mlb", "mid-mlp", "lenet", "sgd")]
    [InlineData("mlb", "late-linear", "resnet18", "sgd", 1, 3e-3)] // one ReLU that rounding flips moves a weight by as much, and more from step to step
    public void Step_OnAGpu_DoesWhatItDoesOnTheCpu(
        string method, string fusion, string encoder, string optimizer, int steps = 6, double weightTolerance = Tolerance) =>
        AssertClose(Options(method, fusion, encoder, optimizer), steps, weightTolerance);

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData("fedavg", 0)]
    [InlineData("fedadam", 0.1)]
    public void Step_InRoundsOnAGpu_DoesWhatItDoesOnTheCpu(string server, double proximal) => AssertClose(
        Options("mlb", "late-linear", "convnet", "sgd") with
        {
            ShardCount = 2,
            Synchronization = SynchronizationMode.Parameters,
            SynchronizeEvery = 2,
            Rounds = new RoundOptions
            {
                Proximal = proximal, Server = new ServerOptimizerOptions { Name = server, LearningRate = server == "fedavg" ? 1 : 0.01 },
            },
        });

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData("update", null)]
    [InlineData("gradient", 0.2)]
    public void Step_ClippedOrByUpdateOnAGpu_DoesWhatItDoesOnTheCpu(string target, double? clipNorm)
    {
        TrainingOptions options = Options("mlb", "late-linear", "convnet", "sgd");
        CoefficientTarget acts = target == "update" ? CoefficientTarget.Update : CoefficientTarget.Gradient;
        AssertClose(options with { ClipNorm = clipNorm, Method = options.Method with { Target = acts } });
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public void Step_OnAGpu_LeavesNoTensors()
    {
        using var trainer = new LocalTrainer(data, Options("mlb", "mid-mlp", "convnet", "adam"), Gpu.First);
        long step = 0;
        for (; step < 5; step++)
        {
            trainer.Step(step);
        }

        long before = TensorLeaks.Baseline();
        for (; step < 40; step++)
        {
            trainer.Step(step);
        }

        TensorLeaks.AssertNone(before, ready: 16);
    }

    private void AssertClose(TrainingOptions options, int steps = 6, double weightTolerance = Tolerance)
    {
        (double[] expectedLosses, double[] expectedCoefficients, float[] expected) = Train(options, DeviceName.Cpu, steps);
        (double[] losses, double[] coefficients, float[] actual) = Train(options, Gpu.First, steps);
        double loss = Greatest(expectedLosses, losses), coefficient = Greatest(expectedCoefficients, coefficients);
        double weight = Greatest([.. expected.Select(v => (double)v)], [.. actual.Select(v => (double)v)]);
        output.WriteLine($"after {steps} steps: loss differs by {loss:G3}, k by {coefficient:G3}, a weight by {weight:G3}");
        Assert.True(
            loss <= Tolerance && coefficient <= Tolerance && weight <= weightTolerance,
            $"loss {loss}, k {coefficient}: more than {Tolerance}, or weight {weight}: more than {weightTolerance}.");
    }

    private (double[] Losses, double[] Coefficients, float[] Weights) Train(TrainingOptions options, DeviceName device, int steps)
    {
        using var trainer = new LocalTrainer(data, options, device);
        StepResult[] results = [.. Enumerable.Range(0, steps).Select(step => trainer.Step(step))];
        TrainedModule[] modules = [.. trainer.Encoders.Select(encoder => encoder.Module), trainer.Fusion.Module];
        Assert.All(modules, module => Assert.All(
            module.ModelState.Values.Concat(module.OptimizerState.Values), tensor => Assert.Equal(device.Kind, tensor.device_type)));
        float[] weights = [.. modules.SelectMany(module =>
        {
            using Tensor onHost = module.Flat.Values.cpu();
            return onHost.data<float>().ToArray();
        })];
        return (
            [.. results.Select(result => result.Fused.LossSum / result.SampleCount)],
            [.. results.SelectMany(result => result.Balance.Coefficients)],
            weights);
    }

    private static double Greatest(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(actual, value => Assert.True(double.IsFinite(value)));
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
    }

    private static TrainingOptions Options(string method, string fusion, string encoder, string optimizer) => new()
    {
        Seed = 5,
        Modalities = [.. Enumerable.Range(0, 2).Select(i => new ModalityOptions($"m{i}", new EncoderOptions { Name = encoder }))],
        Fusion = new FusionOptions { Name = fusion, Hidden = 16, Dropout = 0.3 },
        Method = new MethodOptions { Name = method, Alpha = 1, BetaMax = 4 },
        Optimizer = new OptimizerOptions
        {
            Name = optimizer, LearningRate = optimizer == Optimizers.Sgd ? 0.01 : 1e-3, Momentum = optimizer == Optimizers.Sgd ? 0.9 : 0, WeightDecay = 1e-4,
        },
        BatchSize = 16,
        Epochs = 8,
    };
}
