using System.Diagnostics;
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
        using SafetensorsContent content = checkpoint.ReadTensors("encoder.audio");
        Assert.Equal(1.5f, content.Tensors["w"][0].item<float>());
        Assert.Equal("{}", checkpoint.ReadText("state.json"));
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
    public void TryCommit_FolderIsAnothersByThen_LeavesTheOthersCheckpointOfTheStep()
    {
        CheckpointDraft draft = Store.Begin(5);
        Assert.Null(Store.TryCommit(draft, 5, () => false));
        Assert.Empty(Store.Steps());
        Assert.Throws<CheckpointException>(() => Store.TryCommit(draft, 5, () =>
        {
            Save(5, 2.5f); // whoever took it over just after, and came to the same step; it cleaned up first
            return true;
        }));
        using SafetensorsContent content = Store.Open(5).ReadTensors("encoder.audio");
        Assert.Equal(2.5f, content.Tensors["w"][0].item<float>());
        Assert.Equal(["step=000000005"], Left());
    }

    [Fact]
    public void TryCommit_StepHasACheckpoint_ReplacesItAndLeavesNothingElse()
    {
        Save(5, 1);
        using SafetensorsContent content = Save(5, 2).ReadTensors("encoder.audio");
        Assert.Equal(2, content.Tensors["w"][0].item<float>());
        Assert.Equal(["step=000000005"], Left());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clean_KilledWhileACheckpointWasReplaced_OneOfThemHasTheName(bool newIsThere)
    {
        // What a kill leaves between the renames.
        string old = Save(5, 1).Folder, replaced = Path.Combine(root, "checkpoints", $".replaced-step=000000005-{Guid.NewGuid():N}");
        Directory.Move(old, replaced);
        if (newIsThere)
        {
            string apart = Path.Combine(root, "apart");
            Directory.Move(replaced, apart);
            Save(5, 2);
            Directory.Move(apart, replaced);
        }

        Store.Clean();
        using SafetensorsContent content = Store.Open(5).ReadTensors("encoder.audio");
        Assert.Equal(newIsThere ? 2 : 1, content.Tensors["w"][0].item<float>());
        Assert.Equal(["step=000000005"], Left());
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
            // Two at once, too.
            await Task.WhenAll(Task.Run(Store.Clean, TestContext.Current.CancellationToken), Task.Run(Store.Clean, TestContext.Current.CancellationToken));
            await Assert.ThrowsAsync<CheckpointException>(() => writing);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, "checkpoints")));
        }
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
            store.TryCommit(first, 1, () => true);
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
        return Store.TryCommit(draft, step, () => true)!;
    }

    private IEnumerable<string?> Left() => Directory.EnumerateFileSystemEntries(Path.Combine(root, "checkpoints")).Select(Path.GetFileName);

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
