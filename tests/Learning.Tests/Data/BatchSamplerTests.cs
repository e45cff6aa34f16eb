using Actors.Learning.Data;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Training;

namespace Actors.Learning.Tests.Data;

public class BatchSamplerTests
{
    private static readonly SampleTable Samples = Table(50);

    [Fact]
    public void Rows_OneEpoch_HasEachSampleAtMostOnceAndAllButTheRemainder()
    {
        BatchSampler sampler = Sampler(0, 1, 8);
        int[] rows = [.. Enumerable.Range(0, (int)sampler.StepsPerEpoch).SelectMany(step => sampler.Rows(step))];
        Assert.Equal(48, rows.Distinct().Count());
        Assert.Equal(48, rows.Length);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    public void Rows_OfAllShards_AreThoseOfOneShardOfTheWholeBatch(int shards, int batch)
    {
        BatchSampler whole = Sampler(0, 1, 8);
        for (long step = 0; step < 15; step++)
        {
            Assert.Equal(whole.Rows(step), Enumerable.Range(0, shards).SelectMany(d => Sampler(d, shards, batch).Rows(step)));
        }
    }

    [Fact]
    public void Rows_AskedInAnyOrder_AreAFunctionOfTheStep()
    {
        BatchSampler forwards = Sampler(1, 2, 4), backwards = Sampler(1, 2, 4);
        int[][] expected = [.. Enumerable.Range(0, 20).Select(step => forwards.Rows(step))];
        Assert.Equal(expected.Reverse(), Enumerable.Range(0, 20).Reverse().Select(step => backwards.Rows(step)));
    }

    [Fact]
    public void Rows_OfASeed_NeverChange()
    {
        Assert.Equal([43, 47, 37, 9, 24, 30, 25, 4], Sampler(0, 1, 8).Rows(0)); // no run could be repeated or resumed with others
        Assert.Equal([26, 34, 35, 28], Sampler(1, 3, 4, fixedShards: true).Rows(0));
        Assert.Equal(2750272532541517985UL, BatchSampler.Digest(Samples, [3, 1, 2]));
    }

    [Fact]
    public void Rows_AnotherSeedOrEpoch_ComeInAnotherOrder()
    {
        BatchSampler sampler = Sampler(0, 1, 8);
        Assert.NotEqual(sampler.Rows(0), sampler.Rows(sampler.StepsPerEpoch));
        Assert.NotEqual(sampler.Rows(0), new BatchSampler(Samples, new SamplerOptions(8, 0, 1, 8, false)).Rows(0));
    }

    [Fact]
    public void Rows_FixedShards_StayInTheirShardForever()
    {
        int[][] seen = [.. Enumerable.Range(0, 3).Select(d =>
            Enumerable.Range(0, 60).SelectMany(step => Sampler(d, 3, 4, fixedShards: true).Rows(step)).Distinct().ToArray())];
        Assert.Equal(50, seen.Sum(rows => rows.Length));
        Assert.Equal(50, seen.SelectMany(rows => rows).Distinct().Count());
    }

    [Fact]
    public void Rows_NamedShards_FollowTheNames()
    {
        SampleTable named = Table(30) with { Shards = [.. Enumerable.Range(0, 30).Select(row => row < 10 ? "b" : "a")] };
        var sampler = new BatchSampler(named, new SamplerOptions(7, 1, 2, 5, true)); // shards in the order of their names
        Assert.All(Enumerable.Range(0, 9).SelectMany(step => sampler.Rows(step)), row => Assert.InRange(row, 0, 9));
    }

    [Fact]
    public void Create_BatchLargerThanAShard_SaysNumbersAndSettings()
    {
        string message = Assert.Throws<ArgumentException>(() => Sampler(0, 4, 20)).Message;
        Assert.Contains("training.batch_size is 20", message);
        Assert.Contains("12 samples", message);
    }

    [Fact]
    public void Create_OtherNumberOfNamedShards_SaysWhatToSet()
    {
        SampleTable named = Table(4) with { Shards = ["x", "y", "x", "y"] };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new BatchSampler(named, new SamplerOptions(7, 0, 3, 1, true)));
        Assert.Contains("Set training.shards to 2", refused.Message);
    }

    [Fact]
    public void Digest_OfOtherOrderOrIds_Differs()
    {
        ulong digest = BatchSampler.Digest(Samples, [1, 2, 3]);
        Assert.Equal(digest, BatchSampler.Digest(Table(50), [1, 2, 3]));
        Assert.NotEqual(digest, BatchSampler.Digest(Samples, [2, 1, 3]));
        Assert.NotEqual(digest, BatchSampler.Digest(new SampleTable([.. Samples.Ids.Select(id => id + "'")], Samples.Labels), [1, 2, 3]));
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(7, 7)]
    [InlineData(2, 4)]
    public void EvaluationRows_OfAllShards_CoverTheSplitOnce(int count, int shards)
    {
        using var dataset = new SyntheticDataset(1, new SyntheticOptions { Samples = 4 * count });
        int samples = dataset.Samples(Split.Test).Count;
        IEnumerable<int> rows = Enumerable.Range(0, shards).SelectMany(d => Shards.EvaluationRows(dataset, Split.Test, d, d, shards));
        Assert.Equal(Enumerable.Range(0, samples), rows);
    }

    private static SampleTable Table(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => $"s{i}")], [.. Enumerable.Range(0, count).Select(i => i % 3)]);

    private static BatchSampler Sampler(int shard, int shards, int batch, bool fixedShards = false) =>
        new(Samples, new SamplerOptions(7, shard, shards, batch, fixedShards));
}
