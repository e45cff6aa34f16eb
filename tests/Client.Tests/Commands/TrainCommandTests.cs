using System.Runtime.InteropServices;
using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-train-").FullName;

    public TrainCommandTests() => File.WriteAllText(Path.Combine(folder, "digits.yaml"), Configurations.Shortest);

    [Fact]
    public async Task Train_RunCompletes_LeavesItsFolderAndShowsTheTable()
    {
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(ExitCode.Ok, await TrainAsync(terminal, "--set", "training.epochs=2"));

        Assert.Contains("test", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("step=70/70 epoch=2", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, RunFolders.Configuration(Path.Combine(folder, "runs", "digits")).Configuration.Training.Epochs);
    }

    [Fact]
    public async Task Train_RunFails_ExitsWithOne() => Assert.Equal(ExitCode.Failed, await TrainAsync(Recorded(RunStatus.Failed)));

    [Fact]
    public async Task Train_SameNameAgain_IsRefusedWithFolderAndRemedy()
    {
        await TrainAsync(Recorded(RunStatus.Completed));
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(ExitCode.BadInput, await TrainAsync(terminal));
        Assert.Contains("--name", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("resume", terminal.Error, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder, "runs", "digits"), terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await TrainAsync(Recorded(RunStatus.Completed), "--name", "other"));
    }

    [Fact]
    public async Task Train_ThreeSeeds_TrainsEachAndCompares()
    {
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(ExitCode.Ok, await TrainAsync(terminal, "--seeds", "3..5", "--format", "json"));

        var data = terminal.Json.GetProperty("data");
        Assert.Equal([3, 4, 5], data.GetProperty("comparison")[0].GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()));
        Assert.Equal(3, data.GetProperty("runs").GetArrayLength());
        Assert.Equal(5, RunFolders.Configuration(Path.Combine(folder, "runs", "digits-seed5")).Configuration.Seed);
    }

    [Fact]
    public async Task Train_SeedsAsMarkdown_IsTheTableAlone()
    {
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(ExitCode.Ok, await TrainAsync(terminal, "--seeds", "0..1", "--format", "markdown"));

        string[] lines = terminal.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Equal("| method | runs | accuracy % | macro-F1 % | ECE % | audio alone % | image alone % |", lines[0]);
        Assert.StartsWith("| mlb | 2 | 45.00 ± 0.00 |", lines[^1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Theory]
    [InlineData(93, ExitCode.Ok)]
    [InlineData(94, ExitCode.BadInput)]
    public async Task Train_NameTooLongWithItsSeeds_IsRefusedBeforeAnythingIsMade(int length, ExitCode expected)
    {
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(expected, await TrainAsync(terminal, "--name", new string('n', length), "--seeds", "9..10")); // -seed10

        if (expected == ExitCode.BadInput)
        {
            Assert.Contains(
                "at most 100 characters, its seed included, but '" + new string('n', length) + "-seed10' has 101", terminal.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder, "runs")));
        }
    }

    [Theory]
    [InlineData("0", 0, 1)]
    [InlineData("0..2", 130, 1)]
    public async Task Train_CtrlCInTheLastPiece_IsOkOnlyWhereNoSeedIsLeft(string seeds, int expected, int trained)
    {
        using var signals = new StopSignals();
        signals.Receive(PosixSignal.SIGINT);
        var trainer = new RecordedTrainer(RunStatus.Completed);
        var terminal = new Terminal { StartTrainer = () => trainer, ListenToSignals = () => signals };

        Assert.Equal((ExitCode)expected, await TrainAsync(terminal, "--seeds", seeds));

        Assert.Equal(trained, trainer.Orders.Count);
        Assert.Equal(trained, Directory.GetDirectories(Path.Combine(folder, "runs")).Length);
    }

    [Fact]
    public async Task Train_TrainerDoesNotStart_LeavesTheNameFree()
    {
        Task refused = Task.FromException(new CommandFailure(ExitCode.CannotConnect, "no silo"));
        var terminal = new Terminal { StartTrainer = () => new RecordedTrainer(RunStatus.Failed, opening: refused) };

        Assert.Equal(ExitCode.CannotConnect, await TrainAsync(terminal));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "runs")));
    }

    [Theory]
    [InlineData(RunStatus.Stopped, 0)]
    [InlineData(RunStatus.Failed, 0)]
    public async Task Resume_RunThatDidNotComplete_GoesOnInItsFolder(RunStatus end, int expected)
    {
        await TrainAsync(Recorded(end));
        var trainer = new RecordedTrainer(RunStatus.Completed);
        var terminal = new Terminal { StartTrainer = () => trainer };

        Assert.Equal((ExitCode)expected, await terminal.RunAsync("resume", "dig", "--output", Path.Combine(folder, "runs")));

        Assert.True(Assert.Single(trainer.Orders).Resume);
        Assert.Equal(Path.Combine(folder, "runs", "digits"), trainer.Orders[0].Folder);
    }

    [Fact]
    public async Task Evaluate_Run_ShowsItsFigures()
    {
        await TrainAsync(Recorded(RunStatus.Completed));
        Terminal terminal = Recorded(RunStatus.Completed);

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("evaluate", "digits", "--output", Path.Combine(folder, "runs")));
        Assert.Contains("62.50", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("Warning: The best is damaged.", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("0.625", File.ReadAllText(Path.Combine(folder, "runs", "digits", "summary.json")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Terminal Recorded(RunStatus end) => new() { StartTrainer = () => new RecordedTrainer(end) };

    private Task<ExitCode> TrainAsync(Terminal terminal, params string[] more) =>
        terminal.RunAsync(["train", Path.Combine(folder, "digits.yaml"), "--output", Path.Combine(folder, "runs"), .. more]);
}
