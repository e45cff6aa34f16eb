using System.Diagnostics;
using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using TorchSharp;

namespace Actors.Learning.Tests.Training;

public class LocalTrainerTests(ITestOutputHelper output)
{
    [Fact]
    public void Probe()
    {
        torch.set_num_threads(1);
        var watch = Stopwatch.StartNew();
        using IDataset data = Datasets.Open(new DatasetOptions { Name = "av-digits", Path = "/work/wt/lead/datasets/av-digits" });
        output.WriteLine($"open {watch.Elapsed.TotalSeconds}");
        foreach (string method in new[] { "joint", "multi-loss", "mlb" })
        {
            var options = new TrainingOptions
            {
                Seed = 0,
                Modalities = [new("audio", new EncoderOptions { Name = "convnet" }), new("image", new EncoderOptions { Name = "convnet" })],
                Fusion = new FusionOptions { Name = "late-linear" },
                Method = new MethodOptions { Name = method, Alpha = 1, BetaMax = 4 },
                Optimizer = new OptimizerOptions { Name = "sgd", LearningRate = 0.02, Momentum = 0.9, WeightDecay = 1e-4 },
                Schedule = new ScheduleOptions { Name = "cosine" },
                BatchSize = 32,
                Epochs = 8,
            };
            using var trainer = new LocalTrainer(data, options, DeviceName.Cpu);
            StepResult? last = null;
            for (int t = 0; t < 20; t++) { trainer.Step(t); }
            long before = torch.Tensor.TotalCount;
            watch.Restart();
            for (int t = 20; t < 220; t++) { last = trainer.Step(t); }
            output.WriteLine($"{method} {watch.Elapsed.TotalMilliseconds / 200} ms/step, loss {last!.Fused.LossSum / 32} acc {last.Fused.CorrectCount / 32.0} k {string.Join(' ', last.Balance.Coefficients)} s {string.Join(' ', last.Balance.Scores ?? [])} tensors {before} -> {torch.Tensor.TotalCount}");
        }
    }
}
