using System.Diagnostics;
using System.Text.RegularExpressions;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("actors-checkpoints-").FullName;

    private CheckpointStore Store => new(Path.Combine(root, "checkpoints"));

    [Fact]
    public void Open_WhatWasCommitted_IsTheSame()
    {
        Save(5, 1.5f);
        Checkpoint checkpoint = Store.Open(5);
        Assert.Equal(1.5f, Value(checkpoint));
        Assert.Equal("{}", checkpoint.ReadText("state.json"));
    }

    [Theory]
    [InlineData("encoder.audio.safetensors")]
    [InlineData("state.json")]
    [InlineData("manifest.json")]
    public void OpenLatest_NewestDamaged_NamesTheFileAndGivesTheOneBefore(string file)
    {
        Save(5, 1);
        string damaged = Path.Combine(Save(9, 2).Folder, file);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(damaged, bytes);
        var warnings = new List<string>();
        Assert.Equal(5, Store.OpenLatest(warnings)!.Step);
        // A damaged manifest may name a file that is not there; the others are named themselves.
        Assert.Contains(file == "manifest.json" ? Path.GetDirectoryName(damaged)! : damaged, Assert.Single(warnings));
    }

    [Fact]
    public void TrySetBest_FolderIsAnothersByThen_NamesNothing()
    {
        Store.Begin(1);
        Assert.True(Store.TrySetBest(1, () => true));
        Assert.False(Store.TrySetBest(2, () => false));
        Assert.Throws<CheckpointException>(() => Store.TrySetBest(3, () =>
        {
            Store.Clean(); // whoever took it over just after
            return true;
        }));
        Assert.Equal(1, Store.Best);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, "checkpoints"), ".*"));
    }

    [Fact]
    public async Task Clean_SomebodyWritesStill_DeletesTheDraftUnderHisHands()
    {
        for (int round = 0; round < 200; round++)
        {
            CheckpointDraft draft = Store.Begin(round);
            var under = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task writing = Task.Run(
                () =>
                {
                    for (int file = 0; ; file++)
                    {
                        draft.WriteText($"{file}.json", "{}"); // ends when the draft has gone
                        under.TrySetResult();
                    }
                },
                TestContext.Current.CancellationToken);
            await under.Task;
            await Task.WhenAll(Task.Run(Store.Clean, TestContext.Current.CancellationToken), Task.Run(Store.Clean, TestContext.Current.CancellationToken)); // two at once, too
            await Assert.ThrowsAsync<CheckpointException>(() => writing);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, "checkpoints")));
        }
    }

    [Theory]
    [InlineData("encoder.audio.safetensors")]
    [InlineData("manifest.json")]
    public void Open_FileMissing_IsNamed(string file)
    {
        File.Delete(Path.Combine(Save(5, 1).Folder, file));
        Assert.Contains(file, Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Fact]
    public void Open_FileCutShort_IsNamedWithItsSizes()
    {
        string file = Path.Combine(Save(5, 1).Folder, "state.json");
        File.WriteAllText(file, "{");
        string message = Assert.Throws<CheckpointException>(() => Store.Open(5)).Message;
        Assert.Contains("2 bytes", message);
        Assert.Contains(file, message);
    }

    [Fact]
    public void Open_ManifestNamesAFileOutside_IsRefused()
    {
        Rewrite(Save(5, 1).Folder, "state.json", "../../state.json");
        Assert.Contains("own folder", Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Fact]
    public void Open_NewerFormat_SaysSo()
    {
        Rewrite(Save(5, 1).Folder, "\"format\": 1", "\"format\": 2");
        Assert.Contains("format 2", Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Theory]
    [InlineData("\"step\": 5", "\"step\": 7", "step 7")]
    [InlineData("\"files\": {", "\"files\": null, \"others\": {", "cannot be read")]
    [InlineData("\"state.json\": {", "\"state.json\": null, \"others\": {", "cannot be read")]
    [InlineData("\"sha256\"", "\"sha255\"", "cannot be read")]
    public void Open_ManifestLacksWhatItMustSay_IsRefusedByName(string from, string to, string says)
    {
        string folder = Save(5, 1).Folder;
        Rewrite(folder, from, to);
        string message = Assert.Throws<CheckpointException>(() => Store.Open(5)).Message;
        Assert.Contains(Path.Combine(folder, "manifest.json"), message);
        Assert.Contains(says, message);
    }

    [Fact]
    public void Open_ManifestOfAnOlderProgram_IsRead()
    {
        Rewrite(Save(5, 1.5f).Folder, "", "");
        Assert.Equal(1.5f, Value(Store.Open(5)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a manifest without a hash of its own
    public void OpenLatest_AnyBitFlipped_NamesTheFileAndGivesTheOneBeforeOrReadsTheSame(bool older)
    {
        Save(5, 1);
        Checkpoint whole = Save(9, 2);
        if (older)
        {
            Rewrite(whole.Folder, "", "");
        }

        Checkpoint expected = Store.Open(9);
        foreach (string file in Directory.GetFiles(whole.Folder))
        {
            byte[] bytes = File.ReadAllBytes(file);
            for (int bit = 0; bit < 8 * bytes.Length; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
                File.WriteAllBytes(file, bytes);
                bytes[bit / 8] ^= (byte)(1 << bit % 8);
                var warnings = new List<string>();
                Checkpoint opened = Store.OpenLatest(warnings)!;
                if (warnings.Count > 0)
                {
                    Assert.Equal(5, opened.Step);
                    Assert.Contains(whole.Folder, Assert.Single(warnings)); // a damaged manifest may name a file that is not there
                    Assert.Matches("Restore it from a copy, or use an earlier checkpoint|Do not use this checkpoint|Use the version of Actors that wrote it", warnings[0]);
                    continue;
                }

                Assert.Equal(expected, opened);
                Assert.Equal(2, Value(opened));
                Assert.Equal("{}", opened.ReadText("state.json"));
                Assert.True(file.EndsWith("manifest.json", StringComparison.Ordinal), $"{file}: bit {bit} is flipped, and nobody says so.");
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(9, Store.OpenLatest([])!.Step);
    }

    [Fact]
    public void Begin_AfterAKill_DeletesTheDraftThatWasLeftAndNeverShowsIt()
    {
        Save(5, 1);
        CheckpointDraft killed = Store.Begin(9);
        killed.WriteText("state.json", "{}");
        Assert.Equal([5], Store.Steps());
        Store.Begin(10);
        Assert.False(Directory.Exists(killed.Folder));
    }

    [Fact]
    public void Prune_ManyCheckpoints_KeepsTheNewestAndTheBest()
    {
        foreach (long step in new long[] { 1, 2, 3, 4, 5 })
        {
            Save(step, step);
        }

        Assert.True(Store.TrySetBest(2, () => true));
        Assert.Empty(Store.Prune(2, newest: 5));
        Assert.Equal([2, 4, 5], Store.Steps());
        Assert.Equal(2, Store.Best);
    }

    [Fact]
    public void Prune_RunWentBackBehindADamagedOne_KeepsWhatWasJustWritten()
    {
        Save(1, 1);
        Save(2, 2);
        Save(5, 5);
        Assert.Empty(Store.Prune(1, newest: 2));
        Assert.Equal([2, 5], Store.Steps());
    }

    [Fact]
    public void PruneAndAbandon_FolderCannotBeDeleted_DeleteTheOthersAndSaySo()
    {
        string held = Directory.CreateDirectory(Path.Combine(Save(1, 1).Folder, "held")).FullName;
        Save(2, 2);
        Save(3, 3);
        CheckpointDraft draft = Store.Begin(4);
        if (Run("mount", "-t", "tmpfs", "tmpfs", held) != 0)
        {
            Assert.Skip("Mounting a tmpfs needs root.");
        }

        try
        {
            string left = Assert.Single(Store.Prune(1, newest: 3));
            Assert.Contains(Path.GetDirectoryName(held)!, left);
            Assert.Contains("Delete it by hand", left);
            Assert.Equal([1, 3], Store.Steps());
        }
        finally
        {
            Run("umount", held);
        }

        Assert.Empty(Store.Prune(1, newest: 3));
        Assert.Equal([3], Store.Steps());

        held = Directory.CreateDirectory(Path.Combine(draft.Folder, "held")).FullName;
        Run("mount", "-t", "tmpfs", "tmpfs", held);
        try
        {
            CheckpointStore.Abandon(draft);
            Assert.True(Directory.Exists(held));
        }
        finally
        {
            Run("umount", held);
        }

        Store.Clean();
        Assert.False(Directory.Exists(draft.Folder));
    }

    [Fact]
    public void Commit_DiskFull_SaysWhereAndLeavesEarlierCheckpointsWhole()
    {
        string disk = Path.Combine(root, "disk");
        Directory.CreateDirectory(disk);
        if (Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) != 0)
        {
            Assert.Skip("Mounting a small tmpfs needs root.");
        }

        try
        {
            var store = new CheckpointStore(disk);
            using Tensor small = zeros(100), large = zeros(100_000);
            CheckpointDraft first = store.Begin(1);
            first.WriteTensors("m", new Dictionary<string, Tensor> { ["w"] = small });
            store.Commit(first, 1);
            CheckpointDraft second = store.Begin(2);
            CheckpointException failure = Assert.Throws<CheckpointException>(() => second.WriteTensors("m", new Dictionary<string, Tensor> { ["w"] = large }));
            Assert.Contains(disk, failure.Message);
            Assert.Contains("Free space", failure.Message);
            CheckpointStore.Abandon(second);
            Assert.Equal(1, store.OpenLatest([])!.Step);
            Assert.Equal([1], store.Steps());
        }
        finally
        {
            Run("umount", disk);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private Checkpoint Save(long step, float value)
    {
        using Tensor tensor = full(3, value);
        CheckpointDraft draft = Store.Begin(step);
        CheckpointDraft.Join(draft.Folder).WriteTensors("encoder.audio", new Dictionary<string, Tensor> { ["w"] = tensor });
        draft.WriteText("state.json", "{}");
        return Store.Commit(draft, step);
    }

    private static float Value(Checkpoint checkpoint)
    {
        using SafetensorsContent content = checkpoint.ReadTensors("encoder.audio");
        return content.Tensors["w"][0].item<float>();
    }

    /// <summary>Changes a manifest, and leaves out its own hash, as older programs did.</summary>
    private static void Rewrite(string folder, string from, string to)
    {
        string manifest = Path.Combine(folder, "manifest.json");
        string text = Regex.Replace(File.ReadAllText(manifest), @",\s*""sha256"": ""\w+""\s*\}$", "}");
        File.WriteAllText(manifest, from.Length == 0 ? text : text.Replace(from, to, StringComparison.Ordinal));
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
