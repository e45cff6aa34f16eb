using System.Text.Json.Nodes;
using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

public sealed class SavedConfigurationTests
{
    [Theory]
    [InlineData("trained", 0)]
    [InlineData("own", 1)]
    public void Differences_OfAnOlderProgramThatKnewNoWeights_AreNoneWhereTheyAreWhatItDid(string weights, int differences)
    {
        JsonNode saved = JsonNode.Parse(SavedConfiguration.ToJson(TestRun.Federated(TestRun.Rounds)))!;
        Assert.True(saved["training"]!["rounds"]!.AsObject().Remove("weights"));
        Assert.Equal(differences, SavedConfiguration.Differences(saved.ToJsonString(), TestRun.Federated(TestRun.Rounds with { Weights = weights })).Count);
    }
}
