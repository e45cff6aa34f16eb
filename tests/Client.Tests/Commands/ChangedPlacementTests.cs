using System.Runtime.InteropServices;
using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Commands;

/// <summary>A run that is gone on with, or evaluated, on other devices than it was begun on.</summary>
public sealed class ChangedPlacementTests : IDisposable
{
    private const string Synthetic = """
        data: {dataset: synthetic, noise: [1]}
        modalities: {m0: {width: 4, features: 8}}
        method: {name: joint}
        training: {epochs: 2, batch_size: 16}
        placement: {devices: [cpu:0], threads_per_device: 1}
        """;

    private readonly string root = Directory.CreateTempSubdirectory("actors-placement-").FullName;

    private string Folder => Path.Combine(root, "run");

    private string File => Path.Combine(Folder, RunFiles.Configuration);

    [Fact]
    public async Task Resume_OtherDevices_GoesOnThereAndTheFolderSaysSo()
    {
        await TrainAsync(isStopped: true);
        Assert.Equal(["cpu:0"], RunFolders.Written(Folder).Placement.Devices);

        (ExitCode exitCode, string told) = await RunAsync("resume", "--set", "placement.devices=[cpu:1]");

        Assert.Equal(ExitCode.Ok, exitCode);
        string[] places = [.. told.Split('\n').Where(line => line.StartsWith("placement=", StringComparison.Ordinal))];
        Assert.Equal(2, places.Length); // the encoder and the fusion
        Assert.All(places, place => Assert.Contains("on cpu:1", place, StringComparison.Ordinal));
        PlacementConfiguration after = RunFolders.Written(Folder).Placement;
        Assert.Equal(["cpu:1"], after.Devices);
        Assert.Equal(1, after.ThreadsPerDevice);
    }

    [Fact]
    public async Task Evaluate_DevicesOfAnotherMachine_SaysTheWayOnWhichLeavesTheFolderAsItWas()
    {
        await TrainAsync(isStopped: false);
        string elsewhere = System.IO.File.ReadAllText(File).Replace("cpu:0", "cuda:77", StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, elsewhere);

        (ExitCode refused, string told) = await RunAsync("evaluate");
        (ExitCode exitCode, _) = await RunAsync("evaluate", "--set", "placement.devices=[cpu:0]");

        Assert.Equal((ExitCode.BadInput, ExitCode.Ok), (refused, exitCode));
        Assert.Contains("Device 'cuda:77' is not on this machine. Present here: ", told, StringComparison.Ordinal);
        Assert.Matches(@"Give others: --set placement\.devices=\[\w+:0\]", told);
        Assert.Equal(elsewhere, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("evaluate", "training.epochs=3")]
    [InlineData("resume", "training.epochs=3")]
    [InlineData("resume", "placements.devices=[cpu:0]")]
    public async Task Set_WhatIsNoPlacement_IsRefused(string command, string set)
    {
        await TrainAsync(isStopped: true, new RecordedTrainer(RunStatus.Stopped));
        string before = System.IO.File.ReadAllText(File);

        (ExitCode exitCode, string told) = await RunAsync(command, "--set", set);

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains($"--set {set.Split('=')[0]}: ", told, StringComparison.Ordinal);
        Assert.Contains($"only what is under 'placement' may be changed, but '{set}' came", told, StringComparison.Ordinal);
        Assert.Contains($"start a new run: actors train {File} --set '{set}' --name NAME", told, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private async Task TrainAsync(bool isStopped, ITrainer? trainer = null)
    {
        string yaml = Path.Combine(root, "run.yaml");
        System.IO.File.WriteAllText(yaml, Synthetic);
        using var signals = new StopSignals();
        if (isStopped)
        {
            signals.Receive(PosixSignal.SIGINT); // handed over as soon as the run is there
        }

        trainer ??= new EmbeddedTrainer(TimeProvider.System);
        var terminal = new Terminal { ListenToSignals = () => signals, StartTrainer = () => trainer };
        await terminal.RunAsync("train", yaml, "--output", root);
        Assert.Equal(isStopped ? RunStatus.Stopped : RunStatus.Completed, RunSummary.Read(Folder).Status);
    }

    private async Task<(ExitCode ExitCode, string Error)> RunAsync(string command, params string[] set)
    {
        var terminal = new Terminal();
        return (await terminal.RunAsync([command, "run", "--output", root, .. set]), terminal.Error);
    }
}
