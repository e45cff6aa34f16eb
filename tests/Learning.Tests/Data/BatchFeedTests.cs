using Actors.Learning.Data;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data;

public class BatchFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // only a feed that hangs needs it

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Take_StepsInOrderAndAfterAJump_GivesTheSamplersRows()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false));
        using var feed = new BatchFeed(data, "m1", sampler, DeviceName.Cpu);
        foreach (long step in new long[] { 0, 1, 2, 40, 41, 3 })
        {
            using Batch batch = feed.Take(step);
            using Tensor expected = data.Load("m1", Split.Train, sampler.Rows(step));
            Assert.Equal(sampler.Rows(step), batch.Rows);
            Assert.True(expected.bytes.SequenceEqual(batch.Input.bytes));
        }
    }

    [Fact]
    public void Dispose_WithBatchesReady_LeavesNoTensors()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false));
        long before = TensorLeaks.Baseline();
        using (var feed = new BatchFeed(data, "m0", sampler, DeviceName.Cpu))
        {
            feed.Take(0).Dispose();
        }

        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Take_DatasetThatFails_ThrowsItsError()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false));
        using var feed = new BatchFeed(data, "no-such-modality", sampler, DeviceName.Cpu);
        Assert.Throws<KeyNotFoundException>(() => feed.Take(0));
    }

    [Fact]
    public async Task Take_AfterALoadThatFailed_ReadsTheStepAgain()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        using var failing = new FailingDataset(data, load => load == 1 ? new IOException("gone") : null);
        using BatchFeed feed = Feed(failing);
        feed.Take(0).Dispose();
        Assert.Equal("gone", Assert.Throws<IOException>(() => feed.Take(1)).Message);
        using Batch batch = await Task.Run(() => feed.Take(1), Cancel).WaitAsync(Patience, Cancel);
        Assert.Equal(1, batch.Step);
    }

    [Fact]
    public async Task Dispose_LoadFailedBehindReadyBatches_Returns()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        using var failing = new FailingDataset(data, load => load == 2 ? new IOException("gone") : null);
        long before = TensorLeaks.Baseline();
        BatchFeed feed = Feed(failing);
        feed.Take(0).Dispose();
        Assert.True(failing.Failed.Wait(Patience, Cancel));
        await Task.Run(feed.Dispose, Cancel).WaitAsync(Patience, Cancel);
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Take_LoadThatWasCancelled_ThrowsAndSkipsNoStep()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        using var failing = new FailingDataset(data, load => load == 1 ? new OperationCanceledException("reader") : null);
        using BatchFeed feed = Feed(failing);
        feed.Take(0).Dispose();
        Assert.Throws<OperationCanceledException>(() => feed.Take(1).Dispose());
    }

    private static BatchFeed Feed(IDataset data) =>
        new(data, "m0", new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false)), DeviceName.Cpu);
}
