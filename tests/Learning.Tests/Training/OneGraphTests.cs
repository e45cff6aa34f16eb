using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

/// <summary>The real workers against <see cref="OneGraph"/>.</summary>
public sealed class OneGraphTests
{
    private const int Steps = 3; // momentum counts from the second on

    public static TheoryData<string, CoefficientTarget, string, int> Runs()
    {
        var runs = new TheoryData<string, CoefficientTarget, string, int>();
        foreach (string fusion in Fusions.Names)
        {
            runs.Add("unimodal", CoefficientTarget.Gradient, fusion, 1);
            for (int m = 1; m <= 3; m++)
            {
                runs.Add("joint", CoefficientTarget.Gradient, fusion, m);
                runs.Add("multi-loss", CoefficientTarget.Gradient, fusion, m);
                runs.Add("mlb", CoefficientTarget.Gradient, fusion, m);
                runs.Add("mlb", CoefficientTarget.Update, fusion, m);
            }
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Step_OfTheWorkers_EqualsOneGraphWithOneSumOfLosses(string method, CoefficientTarget target, string fusionName, int modalities)
    {
        TrainingOptions options = Options(method, target, fusionName, modalities);
        using var data = new SyntheticDataset(1, new SyntheticOptions { Noise = [.. new[] { 0.3, 1, 2 }.Take(modalities)] });
        EncoderWorker[] encoders = [.. options.Modalities.Select((_, i) => new EncoderWorker(data, options, i, 0, DeviceName.Cpu))];
        using var fusion = new FusionWorker(data, options, [.. encoders.Select(e => e.FeatureCount)], 0, DeviceName.Cpu);
        using var scope = NewDisposeScope();
        using var one = new OneGraph(options, data, encoders, fusion);
        BatchSampler sampler = Shards.Sampler(data.Samples(Split.Train), options, 0);
        var balancer = new Balancer(options.Method, modalities);
        TrainedModule[] modules = [.. encoders.Select(e => e.Module), fusion.Module];
        for (long step = 0; step < Steps; step++)
        {
            int[] rows = sampler.Rows(step);
            EncoderForward[] encoded = [.. encoders.Select(e => e.Encode(step))];
            using FusionForward fused = fusion.Fuse(step, [.. encoded.Select(e => e.Features)], [.. encoded.Select(e => e.Digest)]);
            double?[] sums = [.. encoded.Select((e, i) => (e.Head ?? fused.Slices?[i])?.ScoreSum)];
            double[] k = balancer.Exchange(sums, [.. encoded.Select(e => (long)e.SampleCount)]).Coefficients;
            for (int i = 0; i < modalities; i++)
            {
                encoders[i].Backward(fused.FeatureGradients[i]);
            }

            one.Learn(rows);
            AssertLogits(one, encoders, fusion, rows);
            Assert.All(one.Coefficients.Zip(k), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, pair.First)));
            // Or k would not show.
            Assert.All(one.Coefficients, coefficient => Assert.Equal(method == "mlb" && modalities > 1, Math.Abs(coefficient - 1) > 0.001));
            for (int m = 0; m < modules.Length; m++)
            {
                AssertFlat(modules[m], modules[m].Flat.Gradients, name => one.Gradient(m, name), $"gradient of step {step}, module {m}");
            }

            for (int i = 0; i < modalities; i++)
            {
                encoders[i].Apply(step, k[i]);
            }

            fusion.Apply(step, k);
            one.Step();
            for (int m = 0; m < modules.Length; m++)
            {
                AssertFlat(modules[m], modules[m].Flat.Values, name => one.Parameters(m)[name], $"weights after step {step}, module {m}");
            }

            Array.ForEach(encoded, e => e.Dispose());
        }

        Array.ForEach(encoders, e => e.Dispose());
    }

    private static void AssertLogits(OneGraph one, EncoderWorker[] encoders, FusionWorker fusion, int[] rows)
    {
        EncoderInference[] inferred = [.. encoders.Select(e => e.Infer(Split.Train, rows))];
        (Tensor fused, IReadOnlyList<Tensor?> unimodal) = fusion.Infer(inferred);
        AssertClose(one.Fused, fused, one.Fused.norm().item<double>(), "fused logits");
        for (int i = 0; i < encoders.Length; i++)
        {
            if (inferred[i].Logits is not null) // else they are the slice's
            {
                AssertClose(one.Unimodal[i], unimodal[i]!, one.Unimodal[i].norm().item<double>(), $"logits of modality {i}");
            }

            inferred[i].Dispose();
        }
    }

    /// <summary>Every parameter, to 1e-6 of the module's norm.</summary>
    private static void AssertFlat(TrainedModule module, Tensor flat, Func<string, Tensor> expected, string what)
    {
        double norm = Math.Sqrt(module.Flat.Segments.Sum(segment => expected(segment.Name).square().sum().item<double>()));
        Assert.True(norm > 0, $"Of {what}: all zero, which shows nothing.");
        Assert.All(module.Flat.Segments, one =>
            AssertClose(expected(one.Name), flat.narrow(0, one.Offset, one.Length).view([.. one.Shape]), norm, $"{what}, '{one.Name}'"));
    }

    private static void AssertClose(Tensor expected, Tensor actual, double norm, string what)
    {
        double difference = (expected - actual.detach().to(ScalarType.Float64)).norm().item<double>() / norm;
        Assert.True(difference <= 1e-6, $"Of {what}: off by {difference} of the norm.");
    }

    private static TrainingOptions Options(string method, CoefficientTarget target, string fusion, int modalities) => new()
    {
        Seed = 5,
        Modalities = [.. Enumerable.Range(0, modalities).Select(i =>
            new ModalityOptions($"m{i}", new EncoderOptions { Name = "convnet", Width = 4, Features = 8 + i, Depth = 1 }))],
        Fusion = new FusionOptions { Name = fusion, Hidden = 7, Dropout = 0 },
        Method = new MethodOptions { Name = method, Alpha = 1, BetaMax = 4, Target = target },
        // Decay and clipping: with them k on the gradient and k on the update are two things.
        Optimizer = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.01 },
        ClipNorm = 0.5,
        BatchSize = 16,
        Epochs = 4,
    };
}
