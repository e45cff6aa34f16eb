using System.Globalization;
using Actors.Contracts.Events;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>The console as a process that trains by itself: signals to it, its end, what it leaves behind.</summary>
public sealed class TrainTests : IDisposable
{
    private const string Configuration = """
        data: {dataset: synthetic, noise: [1, 2], size: 8, classes: 4, samples: 128}
        modalities: {m0: {encoder: convnet, width: 4, features: 8}, m1: {encoder: convnet, width: 4, features: 8}}
        training: {epochs: 40, batch_size: 8, log_every_steps: 1, evaluate_every_epochs: 10}
        checkpoint: {every_steps: 50, keep: 2}
        placement: {devices: [cpu:0], threads_per_device: 1}
        """;

    private readonly string root = Directory.CreateTempSubdirectory("actors-train-").FullName;

    private string File => Path.Combine(root, "run.yaml");

    public TrainTests() => System.IO.File.WriteAllText(File, Configuration);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Train_KilledAndDamagedAndInterruptedAndResumed_EndsAsUndisturbed()
    {
        Assert.Equal(0, await EndAsync(Train("straight")));

        using (ChildProcess killed = Train("disturbed"))
        {
            await WaitForStepAsync("disturbed", killed, 120);
            killed.Kill();
        }

        FlipAByte(Path.Combine(Checkpoint("disturbed"), "fusion.safetensors")); // the one before is whole
        using (ChildProcess interrupted = Resume("disturbed"))
        {
            await WaitForStepAsync("disturbed", interrupted, 180);
            interrupted.Signal("INT");
            Assert.True(await interrupted.WaitForExitAsync() == 130, interrupted.Said);
            Assert.Contains("fusion.safetensors", interrupted.Said);
            Assert.Contains("actors resume", interrupted.Said);
        }

        long stopped = Newest("disturbed");
        Assert.Equal(Events("disturbed").OfType<StepEvent>().Last().Step, stopped); // nothing is lost to Ctrl-C
        Assert.Equal(0, await EndAsync(Resume("disturbed")));
        Invariants.AssertHold(Path.Combine(root, "straight"), Path.Combine(root, "disturbed"), stops: 1);
    }

    [Theory(Explicit = true)] // longer than an answer is waited for: most of a minute each
    [InlineData(30)] // training
    [InlineData(0)] // starting
    public async Task Train_SuspendedAndWoken_EndsAsUndisturbed(long step)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"suspended-{step}");
        Assert.Equal(0, await EndAsync(Train("straight")));
        using ChildProcess train = Train(name);
        await (step > 0
            ? WaitForStepAsync(name, train, step)
            : Waiting.ForAsync("the run's folder", () => Directory.Exists(Path.Combine(root, name)), instead: () => train.Said));
        train.Signal("STOP");
        await Task.Delay(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken); // the fault itself
        train.Signal("CONT");

        Assert.True(await train.WaitForExitAsync() == 0, train.Said);
        Invariants.AssertHold(Path.Combine(root, "straight"), Path.Combine(root, name));
    }

    [Fact]
    public async Task Train_InterruptedTwice_EndsWithoutACheckpointAndCanBeResumed()
    {
        using (ChildProcess train = Train("twice", "checkpoint.every_steps=100000"))
        {
            await WaitForStepAsync("twice", train, 20);
            train.Signal("INT");
            train.Signal("INT");
            Assert.True(await train.WaitForExitAsync() == 130, train.Said);
        }

        Assert.Equal(0, await EndAsync(Resume("twice")));
    }

    [Fact]
    public async Task Train_NameThatIsThere_IsRefusedAndNothingIsTouched()
    {
        Assert.Equal(0, await EndAsync(Train("there", "training.epochs=1")));
        string metrics = Path.Combine(root, "there", "metrics.jsonl"), before = System.IO.File.ReadAllText(metrics);
        using ChildProcess again = Train("there");
        Assert.True(await again.WaitForExitAsync() == 4, again.Said);
        Assert.Contains(Path.Combine(root, "there"), again.Said);
        Assert.Contains("--name", again.Said);
        Assert.Equal(before, System.IO.File.ReadAllText(metrics));
    }

    [Fact]
    public async Task Train_DataWithFaults_ListsAllOfThemWithFileAndRemedy()
    {
        string data = Directory.CreateDirectory(Path.Combine(root, "data")).FullName;
        System.IO.File.WriteAllBytes(
            Path.Combine(data, "cut.wav"),
            [
                .. "RIFF"u8, 100, 0, 0, 0,
                .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0,
                .. "data"u8, 64, 0, 0, 0, 1, 2,
            ]);
        System.IO.File.WriteAllText(Path.Combine(data, "text.png"), "not a picture");
        System.IO.File.WriteAllText(
            Path.Combine(data, "samples.csv"),
            "id,label,split,audio,image\n" + string.Concat(Enumerable.Range(0, 6).Select(n => string.Create(
                CultureInfo.InvariantCulture, $"s{n},{n % 2},{(n < 2 ? "train" : n < 4 ? "validation" : "test")},cut.wav,text.png\n"))));
        System.IO.File.WriteAllText(File, $$$"""
            data:
              dataset: manifest
              path: {{{Path.Combine(data, "samples.csv")}}}
              modalities:
                audio: {format: audio, preset: crema-d}
                image: {format: image, height: 32, width: 32, channels: 3, normalization: imagenet}
            modalities: {audio: {encoder: convnet}, image: {encoder: convnet}}
            training: {epochs: 1, batch_size: 2}
            """);
        using ChildProcess train = Train("faults");
        Assert.True(await train.WaitForExitAsync() == 4, train.Said);
        Assert.Contains("cut.wav", train.Said);
        Assert.Contains("text.png", train.Said);
        Assert.Contains("samples.csv:2", train.Said);

        System.IO.File.WriteAllText(Path.Combine(data, "samples.csv"), "id,label,audio,image\ns0,0,cut.wav,text.png\n");
        using ChildProcess column = Train("column");
        Assert.True(await column.WaitForExitAsync() == 4, column.Said);
        Assert.Contains("split", column.Said);
    }

    [Fact]
    public async Task Train_DiskThatFillsUp_FailsWithTheCauseAndGoesOnWhenThereIsRoom()
    {
        string disk = Directory.CreateDirectory(Path.Combine(root, "disk")).FullName;
        using (ChildProcess mount = new("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]))
        {
            Assert.SkipWhen(await mount.WaitForExitAsync() != 0, "Mounting a small tmpfs needs root.");
        }

        try
        {
            string ballast = Path.Combine(disk, "ballast");
            using (ChildProcess train = new(ChildProcess.Built("actors"), ["train", File, "--name", "full", "--output", disk]))
            {
                await Waiting.ForAsync(
                    "a checkpoint",
                    () => Directory.Exists(Path.Combine(disk, "full", "checkpoints")) && Newest("full", disk) > 0,
                    instead: () => train.Said);
                Fill(ballast);
                Assert.True(await train.WaitForExitAsync() == 1, train.Said);
                Assert.Contains("space", train.Said, StringComparison.OrdinalIgnoreCase);
                Assert.Contains(disk, train.Said);
            }

            System.IO.File.Delete(ballast);
            using ChildProcess resume = new(ChildProcess.Built("actors"), ["resume", Path.Combine(disk, "full")]);
            Assert.True(await resume.WaitForExitAsync() == 0, resume.Said);
            RunEvent[] told = Invariants.Events(Path.Combine(disk, "full"));
            Assert.Equal(Enumerable.Range(0, told.Length).Select(n => (long)n), told.Select(e => e.Sequence)); // nothing that was written is lost
        }
        finally
        {
            using ChildProcess unmount = new("umount", [disk]);
            await unmount.WaitForExitAsync();
        }
    }

    private static void FlipAByte(string file)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(file, bytes);
    }

    private static void Fill(string path)
    {
        using FileStream ballast = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
            {
                ballast.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<int> EndAsync(ChildProcess process)
    {
        using (process)
        {
            return await process.WaitForExitAsync();
        }
    }

    /// <summary>As from a terminal: whoever started the tests may have had them ignore Ctrl-C, which a child inherits.</summary>
    private static ChildProcess Console(params string[] arguments) => new("env", ["--default-signal=INT", ChildProcess.Built("actors"), .. arguments]);

    private ChildProcess Train(string name, params string[] set) =>
        Console(["train", File, "--name", name, "--output", root, .. set.SelectMany(one => new[] { "--set", one })]);

    private ChildProcess Resume(string name) => Console("resume", Path.Combine(root, name));

    private RunEvent[] Events(string name) => Invariants.Told(Path.Combine(root, name));

    private string Checkpoint(string name) => Directory.GetDirectories(Path.Combine(root, name, "checkpoints"), "step=*").Order(StringComparer.Ordinal).Last();

    private long Newest(string name, string? at = null) => Directory.GetDirectories(Path.Combine(at ?? root, name, "checkpoints"), "step=*")
        .Select(folder => long.Parse(Path.GetFileName(folder)["step=".Length..], CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();

    private Task WaitForStepAsync(string name, ChildProcess process, long step) => Waiting.ForAsync(
        $"step {step}", () => Events(name).OfType<StepEvent>().LastOrDefault()?.Step >= step, instead: () => process.Said);
}
