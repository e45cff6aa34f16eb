using Actors.Client.Configuration;
using Actors.Learning.Data;

namespace Actors.Client.Tests.Configuration;

public class DataCheckTests
{
    private static readonly Modality[] Modalities = [new("audio", [1, 65, 32]), new("image", [1, 28, 28])];

    [Fact]
    public void Run_BatchAsLargeAsTheSmallestShard_Passes() =>
        DataCheck.Run(Configurations.Read(Configurations.Shortest + "training: {batch_size: 33, shards: 3}"), Modalities, 100);

    [Fact]
    public void Run_BatchLargerThanAShardAndUnknownModality_TellsBoth()
    {
        const string yaml = """
            data: {dataset: av-digits, path: .}
            modalities:
              audio: {}
              imag: {}
            training:
              batch_size: 34
              shards: 3
            """;

        var failure = Assert.Throws<ConfigurationException>(() => DataCheck.Run(Configurations.Read(yaml), Modalities, 100));

        Assert.Collection(
            failure.Faults,
            fault =>
            {
                Assert.EndsWith("run.yaml:4", fault.Origin.ToString(), StringComparison.Ordinal);
                Assert.Contains("Did you mean 'image'?", fault.Message, StringComparison.Ordinal);
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
        var failure = Assert.Throws<ConfigurationException>(() => DataCheck.Run(Configurations.Read(Configurations.Shortest, ["training.shards=101"]), Modalities, 100));

        Assert.StartsWith("--set training.shards: ", Assert.Single(failure.Faults).ToString(), StringComparison.Ordinal);
    }
}
