using System.Text.Json;
using Actors.Client.Commands;
using Actors.Client.Tests.Running;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Tests.Commands;

public sealed class CommandTreeTests : IDisposable
{
    private readonly RunFolder folder = new();
    private readonly Terminal terminal = new();

    public static TheoryData<string> Names => [.. CommandTree.Create(CommandContext.OfProcess()).Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Help_EveryCommand_HasAnExampleToCopy(string name)
    {
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync(name, "--help"));
        Assert.Contains($"actors {name}", terminal.Output.Split("Example:")[1].Split("Usage:")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_Asked_NamesEveryPart()
    {
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("--version"));
        Assert.All(
            ["actors", "orleans    10.4.2", "torchsharp 0.107.0", "libtorch", "cuda"],
            part => Assert.Contains(part, terminal.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("train")]
    [InlineData("compare one")]
    [InlineData("list --format yaml")]
    [InlineData("list --what")]
    public async Task Run_CommandLineAtFault_IsBadInput(string arguments)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync(arguments.Split(' ')));
        Assert.Contains("--help", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Output);
    }

    [Fact]
    public async Task Run_FaultWithJson_IsOneDocumentOnOutput()
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("config", "/no/such.yaml", "--format", "json"));

        JsonElement told = terminal.Json;
        Assert.Equal(
            (1, "bad_input", 4),
            (told.GetProperty("schema_version").GetInt32(), told.GetProperty("status").GetString(), told.GetProperty("exit_code").GetInt32()));
        Assert.Contains("/no/such.yaml:1", terminal.Json.GetProperty("data").GetProperty("faults")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_TwoRuns_ShowsBoth()
    {
        folder.Write("alpha", accuracy: 0.75);
        folder.Write("beta", "joint");

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("list", "--output", folder.Root));
        Assert.Matches(@"alpha\s.*completed.*mlb.*75\.00", terminal.Output);
        Assert.Matches(@"beta\s.*completed.*joint", terminal.Output);
    }

    [Fact]
    public async Task Show_Json_HasTestFigures()
    {
        folder.Write("alpha", accuracy: 0.75);

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("show", "al", "--output", folder.Root, "--format", "json"));

        JsonElement data = terminal.Json.GetProperty("data");
        Assert.Equal(
            ("completed", 0.75, 70),
            (data.GetProperty("status").GetString(), data.GetProperty("test").GetProperty("accuracy").GetDouble(), data.GetProperty("step").GetInt64()));
    }

    [Fact]
    public async Task Compare_SeedsOfTwoMethods_GivesARowEach()
    {
        folder.Write("m0", "mlb", 0, 0.8);
        folder.Write("m1", "mlb", 1, 0.9);
        folder.Write("j0", "joint", 0, 0.7);

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", "m0", "m1", "j0", "--output", folder.Root, "--format", "markdown"));

        string[] lines = terminal.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Equal("| method | runs | accuracy % | macro-F1 % | ECE % | audio alone % | image alone % |", lines[0]);
        Assert.StartsWith("| mlb | 2 | 85.00 ± 7.07 |", lines[2]);
        Assert.StartsWith("| joint | 1 | 70.00 |", lines[3]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Compare_OneSeedWasNotTested_CountsTheTested()
    {
        folder.Write("m0", "mlb", 0, 0.8);
        folder.Write("m1", "mlb", 1, 0.9);
        string metrics = Path.Combine(folder.Write("m2", "mlb", 2), RunFiles.Metrics);
        File.WriteAllLines(metrics, File.ReadAllLines(metrics)[..5]);

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", "m0", "m1", "m2", "--output", folder.Root, "--format", "markdown"));

        Assert.Contains("| mlb | 2 (1 untested) | 85.00 ± 7.07 |", terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show a")]
    [InlineData("resume a")]
    [InlineData("evaluate a")]
    [InlineData("compare a b")]
    public async Task Command_FolderBesideACluster_IsRefused(string command)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync([.. command.Split(' '), "--profile", "lab", "--output", folder.Root]));
        Assert.Contains("--output means something only without a cluster", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_SameRunTwice_CountsItOnceAndSaysSo()
    {
        string run = folder.Write("a", accuracy: 0.25), copy = Path.Combine(folder.Root, "a-backup");
        Directory.CreateDirectory(copy);
        Array.ForEach(Directory.GetFiles(run), file => File.Copy(file, Path.Combine(copy, Path.GetFileName(file))));

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", run + "/", "a", "a-backup", "--output", folder.Root, "--format", "markdown"));

        Assert.Contains("| mlb | 1 | 25.00 |", terminal.Output, StringComparison.Ordinal);
        Assert.Equal($"warning: {copy} holds the same run as {run}, and is left out.{Environment.NewLine}", terminal.Error);
    }

    [Fact]
    public async Task Compare_SeedsWhosePathTheSilosCount_AreOneRow()
    {
        foreach (string run in (string[])[folder.Write("m0", seed: 0, accuracy: 0.8), folder.Write("m1", seed: 1, accuracy: 0.9)])
        {
            string file = Path.Combine(run, RunFiles.Configuration);
            File.WriteAllText(file, File.ReadAllText(file).Replace("/data", "clips/data", StringComparison.Ordinal));
        }

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("compare", "m0", "m1", "--output", folder.Root));

        Assert.Contains("85.00 ± 7.07", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("data.path", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_CompletedRun_IsRefused()
    {
        string run = folder.Write("alpha");
        string file = Path.Combine(run, "config.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("/data", folder.Root, StringComparison.Ordinal));

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("resume", "alpha", "--output", folder.Root));
        Assert.Contains("is completed", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_RunUnderWayHere_IsBadInput()
    {
        string run = folder.Write("alpha");
        string file = Path.Combine(run, "config.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("/data", folder.Root, StringComparison.Ordinal));
        using RunLock held = await RunLock.TakeAsync(run, TimeProvider.System);

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("evaluate", "alpha", "--output", folder.Root));
        Assert.Contains("under way in another process", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_EveryName_HasADescription() => Assert.All(
        MethodsCommand.Choices().SelectMany(family => family.Value),
        member => Assert.True(member.Value.Length > 0, $"'{member.Key}' has no description."));

    [Fact]
    public async Task Show_RunWhoseProcessIsGone_SaysHowToGoOnAndOneUnderWayIsRunning()
    {
        string run = folder.Write("alpha");
        string metrics = Path.Combine(run, RunFiles.Metrics);
        File.WriteAllLines(metrics, File.ReadAllLines(metrics)[..5]); // as a kill leaves it

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("show", "alpha", "--output", folder.Root));
        Assert.Matches("alpha: stopped .*'actors resume'", terminal.Output);

        using RunLock held = await RunLock.TakeAsync(run, TimeProvider.System);
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("show", "alpha", "--output", folder.Root));
        Assert.Contains("alpha: running", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ThisMachine_FindsLibTorchAndTheDisk()
    {
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("doctor", "--output", folder.Root));
        Assert.Matches(@"ok +libtorch +2\.1[01]\.\d+[^. ]* from /", terminal.Output);
        Assert.Contains("MiB free", terminal.Output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
