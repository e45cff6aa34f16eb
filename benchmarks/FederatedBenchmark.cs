using System.Diagnostics;
using System.Globalization;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Benchmarks;

/// <summary>A federation of many shards in one silo: seconds and resident memory of each round.</summary>
internal static class FederatedBenchmark
{
    private const int Rounds = 20;
    private const int StepsOfARound = 4;
    private const int BatchSize = 4;

    /// <summary>Runs it to its end.</summary>
    public static void Measure(TextWriter output, int shards)
    {
        string folder = Directory.CreateTempSubdirectory("actors-federated-").FullName;
        using IHost host = EmbeddedSilo.Build();
        host.Start();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{shards:N0} shards of two convnets (8x8) and a late-linear fusion, "
            + $"{Rounds} rounds of {StepsOfARound} steps of batch {BatchSize}, all take part"));
        output.WriteLine();
        RunAsync(output, host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(folder), folder, Configuration(shards)).GetAwaiter().GetResult();
        host.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task RunAsync(TextWriter output, IRunGrain run, string folder, RunConfiguration configuration)
    {
        var watch = Stopwatch.StartNew();
        await run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder, Resume = false });
        var seconds = new List<double>();
        var memory = new List<double>();
        double? started = null;
        await foreach (RunEvent happened in run.WatchAsync(null))
        {
            if (happened is RoundEvent round)
            {
                started ??= watch.Elapsed.TotalSeconds - round.Seconds;
                seconds.Add(round.Seconds);
                memory.Add(ResidentMemory.Megabytes());
            }
        }

        StatusEvent last = (StatusEvent)(await run.HistoryAsync())[^1];
        if (last.Status != RunStatus.Completed)
        {
            throw new InvalidOperationException(last.Message);
        }

        output.WriteLine("| what | measured |");
        output.WriteLine("|---|---|");
        Line($"from the start to the first round | {started:F1} s");
        Line($"a round, median of {seconds.Count} | {Median.Of(seconds):F3} s ({seconds.Min():F3} to {seconds.Max():F3})");
        Line($"a shard's step in it | {1000 * Median.Of(seconds) / configuration.Training.Shards / StepsOfARound:F2} ms");
        Line($"resident memory after round 2, 11 and {memory.Count} | {memory[1]:F0}, {memory[10]:F0}, {memory[^1]:F0} MB");
        Line($"the whole run, with evaluation and checkpoint | {watch.Elapsed.TotalSeconds:F1} s");

        output.WriteLine();

        void Line(FormattableString line) => output.WriteLine($"| {line.ToString(CultureInfo.InvariantCulture)} |");
    }

    private static RunConfiguration Configuration(int shards)
    {
        RunConfiguration run = BenchmarkRun.Configuration("", "mlb", ["cpu:0", "cpu:1"]);
        return run with
        {
            Name = "federated",
            Data = new DataConfiguration
            {
                Dataset = "synthetic",
                Path = "",
                Seed = 0,
                Synthetic = new SyntheticConfiguration { Noise = [1, 3], Size = 8, Classes = 4, Samples = shards * BatchSize * StepsOfARound },
            },
            Modalities =
            [
                .. Enumerable.Range(0, 2).Select(i => new ModalityConfiguration { Name = $"m{i}", Encoder = "convnet", Width = 4, Features = 8, Depth = 1 }),
            ],
            Training = run.Training with
            {
                Epochs = Rounds,
                BatchSize = BatchSize,
                Shards = shards,
                SynchronizationMode = "parameters",
                SynchronizationEvery = StepsOfARound,
                EvaluateEveryEpochs = Rounds,
                Rounds = new RoundConfiguration
                {
                    Server = new ServerOptimizerConfiguration { Name = "fedavg", LearningRate = 1, Momentum = 0.9, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-3 },
                    Proximal = 0,
                    OptimizerState = "reset",
                    Fraction = 1,
                    Balance = "round",
                },
            },
            Checkpoint = run.Checkpoint with { EveryEpochs = Rounds },
        };
    }
}
