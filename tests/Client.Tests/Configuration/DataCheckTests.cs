using Actors.Client.Configuration;
using Actors.Learning.Data.Synthetic;

namespace Actors.Client.Tests.Configuration;

public sealed class DataCheckTests : IDisposable
{
    private const string Shortest = """
        data: {dataset: synthetic}
        modalities: {m0: {}, m1: {}}

        """;

    private readonly SyntheticDataset data = new(0, new SyntheticOptions { Samples = 100 });

    [Fact]
    public void Run_BatchAsLargeAsTheSmallestShard_Passes() =>
        DataCheck.Run(Configurations.Read(Shortest + "training: {batch_size: 33, shards: 3}"), data);

    [Fact]
    public void Run_BatchLargerThanAShardAndUnknownModality_TellsBoth()
    {
        const string yaml = """
            data: {dataset: synthetic}
            modalities:
              m0: {}
              mm1: {}
            training:
              batch_size: 34
              shards: 3
            """;

        var failure = Assert.Throws<ConfigurationException>(() => DataCheck.Run(Configurations.Read(yaml), data));

        Assert.Collection(
            failure.Faults,
            fault =>
            {
                Assert.EndsWith("run.yaml:4", fault.Origin.ToString(), StringComparison.Ordinal);
                Assert.Contains("Did you mean 'm1'?", fault.Message, StringComparison.Ordinal);
            },
            fault =>
            {
                Assert.EndsWith("run.yaml:6", fault.Origin.ToString(), StringComparison.Ordinal);
                Assert.Contains("must be at most the smallest shard, 33 samples", fault.Message, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Run_MoreShardsThanSamples_SaysSo()
    {
        var failure = Assert.Throws<ConfigurationException>(() => DataCheck.Run(Configurations.Read(Shortest, ["training.shards=101"]), data));

        Assert.StartsWith("--set training.shards: ", Assert.Single(failure.Faults).ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => data.Dispose();
}
