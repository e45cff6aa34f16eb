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
    private int made; // runs, each begun a day after the one before

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

    [Theory]
    [InlineData("predictions-test.csv")]
    [InlineData("metrics.jsonl")]
    [InlineData("config.yaml")]
    public void Write_FolderThatIsFullOfNonsense_WarnsAndThrowsNothing(string file)
    {
        string folder = MakeRun("mlb", "mlb", [0, 1, 1, 0]);
        File.WriteAllText(Path.Combine(folder, file), "x\n");
        var warnings = new StringWriter();
        RunReport.Write(folder, warnings);
        Assert.Contains(file, warnings.ToString());
        Assert.Single(warnings.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Compare_RunsOfOneSeed_GivesTheMatrixAndItsPicture()
    {
        string both = MakeRun("mlb", "mlb", [0, 0, 0, 1]);
        string audio = MakeRun("a", "unimodal", [0, 0, 1, 0], "audio"), image = MakeRun("i", "unimodal", [0, 1, 1, 0], "image");
        var terminal = new Terminal();
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", both, audio, image, "--format", "json"));
        JsonElement right = terminal.Json.GetProperty("data").GetProperty("agreement").GetProperty("mlb").GetProperty("right");
        Assert.Equal([25, 25, 0, 25], right.EnumerateArray().Select(cell => cell.GetInt32()));
        Assert.True(File.Exists(Path.Combine(both, "agreement.png")));
    }

    [Fact]
    public async Task Compare_UnimodalRunsOfOtherData_GivesTheTableWithoutAMatrix()
    {
        string both = MakeRun("mlb", "mlb", [0, 0, 0, 1]);
        string audio = MakeRun("a", "unimodal", [0, 0, 1, 0], "audio", data: "seed: 1, ");
        string image = MakeRun("i", "unimodal", [0, 1, 1, 0], "image", data: "seed: 1, ");
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", both, audio, image));

        Assert.Contains("unimodal image", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("agreement of", terminal.Output, StringComparison.Ordinal);
        Assert.Equal("", terminal.Error);
    }

    [Fact]
    public async Task Compare_UnimodalRunsOfOtherDataToo_TakesThoseOfTheSame()
    {
        string both = MakeRun("mlb", "mlb", [0, 0, 0, 1]);
        string audio = MakeRun("a", "unimodal", [0, 0, 1, 0], "audio"), image = MakeRun("i", "unimodal", [0, 1, 1, 0], "image");
        string other = MakeRun("o", "unimodal", [1, 1, 1, 1], "audio", data: "seed: 1, ");
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", both, other, audio, image, "--format", "json"));

        JsonElement right = terminal.Json.GetProperty("data").GetProperty("agreement").GetProperty("mlb").GetProperty("right");
        Assert.Equal([25, 25, 0, 25], right.EnumerateArray().Select(cell => cell.GetInt32()));
    }

    [Theory]
    [InlineData("id", "must predict the same samples")]
    [InlineData("damaged", "predictions-test.csv")]
    public async Task Compare_PredictionsThatDoNotFit_WarnsAndGivesTheTable(string fault, string message)
    {
        string both = MakeRun("mlb", "mlb", [0, 0, 0, 1]);
        string audio = MakeRun("a", "unimodal", [0, 0, 1, 0], "audio"), image = MakeRun("i", "unimodal", [0, 1, 1, 0], "image");
        string predictions = Path.Combine(image, "predictions-test.csv");
        File.WriteAllText(predictions, fault == "id" ? File.ReadAllText(predictions).Replace("s3", "s4", StringComparison.Ordinal) : "x");
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", both, audio, image));

        Assert.Contains("unimodal image", terminal.Output, StringComparison.Ordinal);
        Assert.StartsWith("warning: the agreement of mlb is left out: ", terminal.Error, StringComparison.Ordinal);
        Assert.Contains(message, terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_RunsOfOneNameFromTwoFolders_GivesAMatrixEach()
    {
        string[] folders =
        [
            .. new[] { "first", "second" }.SelectMany(under => (string[])
            [
                MakeRun("mlb", "mlb", [0, 0, 0, 1], under: under),
                MakeRun("a", "unimodal", [0, 0, 1, 0], "audio", under: under), MakeRun("i", "unimodal", [0, 1, 1, 0], "image", under: under),
            ]),
        ];
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync(["compare", .. folders, "--format", "json"]));

        JsonElement agreement = terminal.Json.GetProperty("data").GetProperty("agreement");
        Assert.Equal([folders[0], folders[3]], agreement.EnumerateObject().Select(matrix => matrix.Name));
    }

    [Fact]
    public void Of_ListsThatDiffer_TellsThemWhole()
    {
        RunConfiguration first = Configuration("a", "mlb", null);
        RunConfiguration One(double[] noise, string[] devices) => first with
        {
            Data = first.Data with
            {
                Dataset = "synthetic",
                AvDigits = null,
                Synthetic = new SyntheticConfiguration { Noise = [.. noise], Size = 8, Classes = 4, Samples = 256 },
            },
            Placement = first.Placement with { Devices = [.. devices] },
        };

        IReadOnlyList<ChangedKey> changed = ChangedKey.Of([One([1, 3], ["cpu:0", "cpu:1"]), One([1, 2], ["cuda:0", "cpu:1"])]);

        Assert.Equal(
            ["data.noise: [1, 3] | [1, 2]", "placement.devices: [cpu:0, cpu:1] | [cuda:0, cpu:1]"],
            changed.Select(key => $"{key.Key}: {string.Join(" | ", key.Values)}"));
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

    private static RunConfiguration Configuration(string name, string method, string? modality, string data = "")
    {
        string file = Path.GetTempFileName();
        string alone = modality is null ? "" : $", modality: {modality}";
        File.WriteAllText(
            file,
            $"name: {name}\n"
            + $"data: {{{data}dataset: av-digits, path: /x}}\n"
            + "modalities: {audio: {encoder: convnet}, image: {encoder: convnet}}\n"
            + $"method: {{name: {method}{alone}}}\n"
            + "optimizer: {name: sgd, learning_rate: 0.1}\n"
            + "training: {epochs: 1, batch_size: 2}\n");
        return ConfigurationReader.Read(new ConfigurationSource { File = file, Environment = new Dictionary<string, string>(), Set = [] }).Configuration;
    }

    private string MakeRun(string name, string method, int[] predicted, string? modality = null, string data = "", string under = "")
    {
        string folder = Path.Combine(root, under, name);
        Directory.CreateDirectory(folder);
        RunConfiguration configuration = Configuration(name, method, modality, data);
        File.WriteAllText(Path.Combine(folder, "config.yaml"), RunConfigurationWriter.Write(configuration));
        long sequence = 0;
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(made++);
        var events = new List<RunEvent>();
        for (int step = 1; step <= 20; step++)
        {
            events.Add(new StepEvent
            {
                Sequence = sequence++, Time = start.AddSeconds(step), Step = step, Epoch = 0,
                Loss = 2.0 / step, Accuracy = .5, LearningRate = .1, SamplesPerSecond = 100,
                Modalities =
                [
                    .. new[] { "audio", "image" }.Select((m, i) => new ModalityStep
                    {
                        Name = m, Loss = 1, Accuracy = .5, Score = .4 + (.1 * i), Ratio = 1 - (.1 * i), Coefficient = 1 + i, GradientNorm = step,
                    }),
                ],
            });
        }

        events.AddRange(new[] { "validation", "test" }.Select(split => new EvaluationEvent
        {
            Sequence = sequence++, Time = start.AddSeconds(30), Step = 20, Split = split, Epoch = 1,
            SampleCount = 4, Loss = 1, Accuracy = .75, MacroF1 = .7, CalibrationError = .1,
            Modalities = [new("audio", .6), new("image", null)], Best = split == "validation",
        }));
        events.Add(new StatusEvent { Sequence = sequence, Time = start.AddSeconds(31), Step = 20, Status = RunStatus.Completed, Message = "Completed." });
        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), events.Select(RunEventJson.Write));
        var predictions = new SplitPredictions(
            ["s0", "s1", "s2", "s3"], [0, 0, 0, 0], new OutputPredictions(predicted, [.9f, .8f, .3f, .6f], [1, 1, 1, 1]), []);
        Assert.True(PredictionFile.TryWrite(Path.Combine(folder, "predictions-test.csv"), predictions, () => true));
        return folder;
    }
}
