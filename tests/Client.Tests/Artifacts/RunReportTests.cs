using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Client.Artifacts;
using Actors.Client.Configuration;
using Actors.Client.Running;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Learning.Evaluation;
using SkiaSharp;

namespace Actors.Client.Tests.Artifacts;

public sealed class RunReportTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("actors-report-").FullName;

    [Fact]
    public void Write_RunWithMetrics_MakesSummaryAndPictures()
    {
        string folder = MakeRun("mlb", "mlb", [0, 1, 1, 0]);
        var warnings = new StringWriter();
        RunReport.Write(folder, warnings);
        Assert.Equal("", warnings.ToString());
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!;
        Assert.Equal("completed", summary["status"]!.GetValue<string>());
        Assert.Equal(.75, summary["test"]!["accuracy"]!.GetValue<double>());
        foreach (string picture in new[] { "loss-accuracy.png", "balance.png", "reliability.png" })
        {
            using SKBitmap bitmap = SKBitmap.Decode(Path.Combine(folder, picture));
            Assert.True(bitmap.Pixels.Distinct().Count() > 20, $"{picture} shows next to nothing.");
        }
    }

    [Fact]
    public void Write_FolderThatIsFullOfNonsense_WarnsAndThrowsNothing()
    {
        string folder = MakeRun("mlb", "mlb", [0, 1, 1, 0]);
        File.WriteAllText(Path.Combine(folder, "predictions-test.csv"), "x");
        var warnings = new StringWriter();
        RunReport.Write(folder, warnings);
        Assert.Contains("predictions-test.csv", warnings.ToString());
    }

    [Fact]
    public async Task Compare_RunsOfOneSeed_GivesTheMatrixAndItsPicture()
    {
        string both = MakeRun("mlb", "mlb", [0, 0, 0, 1]), audio = MakeRun("a", "unimodal", [0, 0, 1, 0], "audio"), image = MakeRun("i", "unimodal", [0, 1, 1, 0], "image");
        var terminal = new Terminal();
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", both, audio, image, "--format", "json"));
        JsonElement right = terminal.Json.GetProperty("data").GetProperty("agreement").GetProperty("mlb").GetProperty("right");
        Assert.Equal([25, 25, 0, 25], right.EnumerateArray().Select(cell => cell.GetInt32()));
        Assert.True(File.Exists(Path.Combine(both, "agreement.png")));
    }

    [Fact]
    public void Of_RunsThatDiffer_TellsTheKeysAndValues()
    {
        RunConfiguration first = Configuration("a", "mlb", null);
        ChangedKey changed = Assert.Single(ChangedKey.Of([first, first with { Name = "b", Seed = 4, Training = first.Training with { Epochs = 99 } }]));
        Assert.EndsWith("epochs", changed.Key);
        Assert.Equal("99", changed.Values[1]);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static RunConfiguration Configuration(string name, string method, string? modality)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, $"name: {name}\ndata: {{dataset: av-digits, path: x}}\nmodalities: {{audio: {{encoder: convnet}}, image: {{encoder: convnet}}}}\nmethod: {{name: {method}{(modality is null ? "" : $", modality: {modality}")}}}\noptimizer: {{name: sgd, learning_rate: 0.1}}\ntraining: {{epochs: 1, batch_size: 2}}\n");
        return ConfigurationReader.Read(new ConfigurationSource { File = file, Environment = new Dictionary<string, string>(), Set = [] }).Configuration;
    }

    private string MakeRun(string name, string method, int[] predicted, string? modality = null)
    {
        string folder = Path.Combine(root, name);
        Directory.CreateDirectory(folder);
        RunConfiguration configuration = Configuration(name, method, modality);
        File.WriteAllText(Path.Combine(folder, "config.yaml"), RunConfigurationWriter.Write(configuration));
        long sequence = 0;
        var events = new List<RunEvent>();
        for (int step = 1; step <= 20; step++)
        {
            events.Add(new StepEvent
            {
                Sequence = sequence++, Time = DateTimeOffset.UnixEpoch.AddSeconds(step), Step = step, Epoch = 0, Loss = 2.0 / step, Accuracy = .5, LearningRate = .1, SamplesPerSecond = 100,
                Modalities =
                [
                    .. new[] { "audio", "image" }.Select((m, i) => new ModalityStep { Name = m, Loss = 1, Accuracy = .5, Score = .4 + (.1 * i), Ratio = 1 - (.1 * i), Coefficient = 1 + i, GradientNorm = step }),
                ],
            });
        }

        events.AddRange(new[] { "validation", "test" }.Select(split => new EvaluationEvent
        {
            Sequence = sequence++, Time = DateTimeOffset.UnixEpoch.AddSeconds(30), Step = 20, Split = split, Epoch = 1, SampleCount = 4, Loss = 1, Accuracy = .75, MacroF1 = .7, CalibrationError = .1,
            Modalities = [new("audio", .6), new("image", null)], Best = split == "validation",
        }));
        events.Add(new StatusEvent { Sequence = sequence, Time = DateTimeOffset.UnixEpoch.AddSeconds(31), Step = 20, Status = RunStatus.Completed, Message = "Completed." });
        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), events.Select(RunEventJson.Write));
        PredictionFile.Write(Path.Combine(folder, "predictions-test.csv"), new SplitPredictions(
            ["s0", "s1", "s2", "s3"], [0, 0, 0, 0], new OutputPredictions(predicted, [.9f, .8f, .3f, .6f], [1, 1, 1, 1]), []));
        return folder;
    }
}
