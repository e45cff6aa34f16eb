using Actors.Learning.Data;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data;

public class BatchFeedTests
{
    [Fact]
    public void Take_StepsInOrderAndAfterAJump_GivesTheSamplersRows()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false));
        using var feed = new BatchFeed(data, "m1", sampler, DeviceName.Cpu, ahead: 2);
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
        long before = Tensor.TotalCount;
        using (var feed = new BatchFeed(data, "m0", sampler, DeviceName.Cpu))
        {
            feed.Take(0).Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Take_DatasetThatFails_ThrowsItsError()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, 8, false));
        using var feed = new BatchFeed(data, "no-such-modality", sampler, DeviceName.Cpu);
        Assert.Throws<KeyNotFoundException>(() => feed.Take(0));
    }
}
