using System.Text.Json.Nodes;
using Actors.Learning.Optimization;
using Actors.Learning.Parameters;
using Actors.Learning.Tests.Fixtures;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Optimization;

public class OptimizersTests
{
    private const int Count = 12;

    [Theory]
    [InlineData("sgd")]
    [InlineData("sgd-decay")]
    [InlineData("sgd-momentum")]
    [InlineData("sgd-nesterov")]
    [InlineData("adam")]
    [InlineData("adam-decay")]
    [InlineData("adamw")]
    public void Step_HundredTimes_EqualsPyTorch(string name) => AssertEqualsPyTorch(name, CPU);

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData("sgd-decay")]
    [InlineData("sgd-nesterov")]
    [InlineData("adam-decay")]
    [InlineData("adamw")]
    public void Step_HundredTimesOnAGpu_EqualsPyTorch(string name) => AssertEqualsPyTorch(name, Gpu.First.ToTorch());

    private static void AssertEqualsPyTorch(string name, Device device)
    {
        JsonNode fixture = Fixture.Read("optimizers.json")[name]!;
        using FlatParameters parameters = Parameters(device);
        using IOptimizer optimizer = Optimizers.Create(Options(fixture["options"]!), parameters);
        Train(optimizer, parameters, fixture["options"]!["lr"]!.GetValue<double>(), 100, []);
        float[] expected = [.. fixture["parameters"]!.AsArray().Select(v => v!.GetValue<float>())];
        AssertClose(expected, parameters.Values, 1e-6);
    }

    [Theory]
    [InlineData("sgd-momentum")]
    [InlineData("adamw")]
    public void Step_AllFactorsOne_GivesTheSameBits(string name)
    {
        JsonNode options = Fixture.Read("optimizers.json")[name]!["options"]!;
        using FlatParameters plain = Parameters(), factored = Parameters();
        using IOptimizer a = Optimizers.Create(Options(options), plain), b = Optimizers.Create(Options(options), factored);
        Train(a, plain, 0.01, 10, []);
        Train(b, factored, 0.01, 10, [new RangeFactor(new FlatRange(2, 3), 1)]);
        Assert.Equal(plain.Values.data<float>().ToArray(), factored.Values.data<float>().ToArray());
    }

    [Fact]
    public void Step_FactorOnARange_ActsThereAsALearningRateAndNowhereElse()
    {
        var options = new OptimizerOptions { Name = Optimizers.AdamW, LearningRate = 0.01, WeightDecay = 0.1 };
        using FlatParameters factored = Parameters(), slow = Parameters(), fast = Parameters();
        using IOptimizer a = Optimizers.Create(options, factored), b = Optimizers.Create(options, slow), c = Optimizers.Create(options, fast);
        Train(a, factored, 0.01, 5, [new RangeFactor(new FlatRange(2, 3), 2.5)]);
        Train(b, slow, 0.01, 5, []);
        Train(c, fast, 0.025, 5, []);
        float[] expected = slow.Values.data<float>().ToArray();
        fast.Values.data<float>().ToArray().AsSpan(2, 3).CopyTo(expected.AsSpan(2));
        AssertClose(expected, factored.Values, 1e-7);
    }

    [Fact]
    public void Step_PlainSgd_FactorOnGradientAndOnUpdateAreTheSame()
    {
        var options = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.1 };
        using FlatParameters update = Parameters(), gradient = Parameters();
        using IOptimizer a = Optimizers.Create(options, update), b = Optimizers.Create(options, gradient);
        Train(a, update, 0.1, 5, [new RangeFactor(new FlatRange(0, Count), 3)]);
        for (int step = 0; step < 5; step++)
        {
            SetGradient(gradient, step);
            gradient.Gradients.mul_(3);
            b.Step(0.1, []);
        }

        AssertClose(update.Values.data<float>().ToArray(), gradient.Values, 1e-6);
    }

    [Fact]
    public void Step_Repeated_LeavesNoTensors()
    {
        using FlatParameters parameters = Parameters();
        using IOptimizer optimizer = Optimizers.Create(new OptimizerOptions { Name = Optimizers.Adam, LearningRate = 0.1 }, parameters);
        Train(optimizer, parameters, 0.1, 2, [new RangeFactor(new FlatRange(1, 2), 2)]);
        long before = TensorLeaks.Baseline();
        Train(optimizer, parameters, 0.1, 50, [new RangeFactor(new FlatRange(1, 2), 2)]);
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Clip_LongGradient_EqualsPyTorch()
    {
        JsonNode fixture = Fixture.Read("optimizers.json")["clip"]!;
        using FlatParameters parameters = Parameters();
        SetGradient(parameters, 3);
        Assert.Equal(fixture["norm"]!.GetValue<double>(), GradientClipping.Norm(parameters.Gradients).item<float>(), 1e-5);
        GradientClipping.Clip(parameters.Gradients, 0.5);
        AssertClose([.. fixture["clipped"]!.AsArray().Select(v => v!.GetValue<float>())], parameters.Gradients, 1e-6);
    }

    [Fact]
    public void Clip_ShortGradient_ChangesNoBit()
    {
        using FlatParameters parameters = Parameters();
        SetGradient(parameters, 3);
        float[] before = parameters.Gradients.data<float>().ToArray();
        GradientClipping.Clip(parameters.Gradients, 1000);
        Assert.Equal(before, parameters.Gradients.data<float>().ToArray());
    }

    private static FlatParameters Parameters(Device? device = null) =>
        new([("p", nn.Parameter(tensor([.. Enumerable.Range(0, Count).Select(i => (float)((0.1 * i) - 0.5))], device: device)))]);

    private static OptimizerOptions Options(JsonNode o) => new()
    {
        Name = o["kind"]!.GetValue<string>(),
        LearningRate = o["lr"]!.GetValue<double>(),
        WeightDecay = o["weight_decay"]!.GetValue<double>(),
        Momentum = o["momentum"]?.GetValue<double>() ?? 0,
        Nesterov = o["nesterov"]?.GetValue<bool>() ?? false,
        Beta1 = o["betas"]?[0]!.GetValue<double>() ?? 0.9,
        Beta2 = o["betas"]?[1]!.GetValue<double>() ?? 0.999,
        Epsilon = o["eps"]?.GetValue<double>() ?? 1e-8,
    };

    private static void Train(IOptimizer optimizer, FlatParameters parameters, double rate, int steps, RangeFactor[] factors)
    {
        for (int step = 0; step < steps; step++)
        {
            SetGradient(parameters, step);
            optimizer.Step(rate, factors);
        }
    }

    private static void SetGradient(FlatParameters parameters, int step)
    {
        using Tensor gradient = tensor([.. Enumerable.Range(0, Count).Select(i => (float)(Math.Sin((0.7 * step) + (1.3 * i)) * (1 + (0.1 * i))))]);
        parameters.Gradients.copy_(gradient);
    }

    private static void AssertClose(float[] expected, Tensor actual, double tolerance)
    {
        using Tensor onHost = actual.cpu();
        Assert.All(expected.Zip(onHost.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
