using System.Diagnostics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Tests.Runs;

public sealed class RunCheckpointsTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Run_BestCheckpointDamagedOrGone_TestsTheNewestWholeOneAndSaysSo()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        configuration = configuration with { Optimizer = configuration.Optimizer with { LearningRate = 1e-12 } }; // so that none is better than the first
        string folder = silo.NewFolder();
        await silo.RunAsync(configuration, folder, false, StopAt(12));
        long best = Store(folder).Best!.Value;
        Assert.True(best < Store(folder).Steps()[^1], "The best checkpoint is the newest: this shows nothing.");
        await EvaluateAsync(configuration, folder);
        Assert.NotNull(EvaluationFile.Read(folder));
        string file = Damage(folder, best);

        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, resume: true);
        OracleTests.AssertCompleted(events);
        Assert.Null(EvaluationFile.Read(folder)); // the run went on, and has a test of its own
        EvaluationEvent test = Assert.Single(events.OfType<EvaluationEvent>(), e => e.Split == "test");
        Assert.Equal(3, test.Epoch);
        Assert.Contains(file, test.Warning);
        Assert.Contains(
            $"newest whole checkpoint, of step {Store(folder).Steps()[^1]}, is evaluated, not the best by validation, of step {best}",
            test.Warning);
        Assert.Contains(events.OfType<StatusEvent>(), e => e.IsWarning && e.Message == test.Warning);
        Assert.Equal(test.Warning, (await EvaluateAsync(configuration, folder)).Warning);

        Damage(folder, best); // the same bit again: it is whole
        EvaluationEvent whole = await EvaluateAsync(configuration, folder);
        Assert.Equal((1, null), (whole.Epoch, whole.Warning));
        Assert.Equal(RunEventJson.Write(whole), RunEventJson.Write(EvaluationFile.Read(folder)!));

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        EvaluationEvent gone = await EvaluateAsync(configuration, folder);
        Assert.Equal(3, gone.Epoch);
        Assert.Contains($"there is no checkpoint of step {best}", gone.Warning);
    }

    [Fact]
    public async Task Run_NewestCheckpointDamaged_NamesItAndUsesTheOneBefore()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        string folder = silo.NewFolder();
        await silo.RunAsync(configuration, folder, false, (run, e) => e is StepEvent { Step: >= 17 } ? run.StopAsync(false) : Task.CompletedTask);
        IReadOnlyList<long> steps = Store(folder).Steps();
        long newest = steps[^1];
        string file = Directory.EnumerateFiles(Path.Combine(folder, "checkpoints", $"step={newest:D9}"), "encoder.m0.safetensors").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, resume: true);
        OracleTests.AssertCompleted(events);
        Assert.Contains(events.OfType<StatusEvent>(), e => e.Message.Contains(file, StringComparison.Ordinal)
            && e.Message.Contains("damaged", StringComparison.Ordinal)
            && e.Message.EndsWith($" The checkpoint of step {steps[^2]} is used.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resume_NoCheckpointIsWhole_FailsNamingThemAndLosesNothing()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        configuration = configuration with { Checkpoint = configuration.Checkpoint with { Keep = 1 } };
        string folder = silo.NewFolder(), metrics = Path.Combine(folder, "metrics.jsonl");
        await silo.RunAsync(configuration, folder, false, StopAt(12));
        string told = File.ReadAllText(metrics);
        string[] damaged = [.. Store(folder).Steps().Select(step => Damage(folder, step))];

        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, resume: true);
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.All(damaged, file => Assert.Contains(file, last.Message));
        Assert.Contains("Restore one of these folders from a copy and resume, or start a new run under another name.", last.Message);
        Assert.Equal(told, File.ReadAllText(metrics));
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => EvaluateAsync(configuration, folder));
        Assert.All(damaged, file => Assert.Contains(file, failure.Message));

        Assert.All(Store(folder).Steps(), step => Damage(folder, step)); // the same bits again: they are whole
        events = await silo.RunAsync(configuration, folder, resume: true);
        OracleTests.AssertCompleted(events);
        Assert.StartsWith(told, File.ReadAllText(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_BeforeTheFirstCheckpoint_BeginsAnewSayingSo()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 40);
        configuration = configuration with
        {
            Training = configuration.Training with { EvaluateEveryEpochs = 40 },
            Checkpoint = configuration.Checkpoint with { EveryEpochs = 40 },
        };
        string folder = silo.NewFolder();
        await silo.RunAsync(configuration, folder, false, (run, e) => e is StepEvent { Step: >= 3 } ? run.StopAsync(true) : Task.CompletedTask);
        Assert.Empty(Store(folder).Steps());
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, resume: true);
        OracleTests.AssertCompleted(events);
        Assert.Contains(events.OfType<StatusEvent>(), e => e.Message == "Resuming from the start: there is no checkpoint yet.");
    }

    [Fact]
    public async Task Run_OldCheckpointCannotBeDeleted_WarnsOnceAndGoesOn()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        configuration = configuration with { Checkpoint = configuration.Checkpoint with { Keep = 1 } };
        string folder = silo.NewFolder(), old = Path.Combine(folder, "checkpoints", "step=000000001");
        string held = Directory.CreateDirectory(Path.Combine(old, "held")).FullName;
        if (!Succeeds("mount", "-t", "tmpfs", "tmpfs", held))
        {
            Assert.Skip("Mounting a tmpfs needs root.");
        }

        try
        {
            IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
            OracleTests.AssertCompleted(events);
            Assert.True(events.OfType<CheckpointEvent>().Count() > 1, "Only one checkpoint was written: this shows nothing.");
            Assert.Single(
                events.OfType<StatusEvent>(),
                e => e.IsWarning
                    && e.Message.StartsWith($"{old}: ", StringComparison.Ordinal) && e.Message.EndsWith("Training goes on.", StringComparison.Ordinal));
        }
        finally
        {
            Succeeds("umount", held);
        }
    }

    private static CheckpointStore Store(string folder) => new(Path.Combine(folder, "checkpoints"));

    private static Func<IRunGrain, RunEvent, Task> StopAt(long step) =>
        (run, e) => e is StepEvent && e.Step >= step ? run.StopAsync(false) : Task.CompletedTask;

    private Task<EvaluationEvent> EvaluateAsync(RunConfiguration configuration, string folder) =>
        silo.Grains.GetGrain<IRunGrain>(folder).EvaluateAsync(new RunOrder { Configuration = configuration, Folder = folder, Resume = true });

    /// <summary>Flips a bit of a checkpoint; the second time it is whole again.</summary>
    /// <returns>The file.</returns>
    private static string Damage(string folder, long step)
    {
        string file = Path.Combine(folder, "checkpoints", $"step={step:D9}", "fusion.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
