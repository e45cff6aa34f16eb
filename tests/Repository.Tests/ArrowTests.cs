using System.Text.RegularExpressions;

namespace Actors.Repository.Tests;

/// <summary>The arrows of docs/design.md, "Rooms".</summary>
public partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Learning"] = [],
        ["Grains"] = ["Contracts", "Learning"],
        ["Silo"] = ["Grains"],
        ["Client"] = ["Silo"],
    };

    [Fact]
    public void ProjectReferences_OfSource_AreThoseOfTheDesign()
    {
        foreach ((string room, string[] allowed) in Allowed)
        {
            string[] found = [.. ProjectReference().Matches(Repository.Read($"src/{room}/Actors.{room}.csproj")).Select(m => m.Groups[1].Value)];
            Assert.Equal(allowed.Order(), found.Order());
        }
    }

    [Fact]
    public void Rooms_OfSource_AreAllListedHere() =>
        Assert.Equal(
            Allowed.Keys.Order(),
            Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!).Order());

    [Fact]
    public void Contracts_Source_NeverNamesTorch() =>
        Assert.All(Repository.Files("src/Contracts", "*.cs"), path => Assert.DoesNotContain("TorchSharp", Repository.Read(path)));

    [Fact]
    public void Learning_Source_NeverNamesOrleans() =>
        Assert.All(Repository.Files("src/Learning", "*.cs"), path => Assert.DoesNotContain("using Orleans", Repository.Read(path)));

    [Fact]
    public void LearningAndGrains_OutsideBalancing_KnowNoMethodByName() =>
        Assert.All(
            Repository.Files("src/Learning", "*.cs").Concat(Repository.Files("src/Grains", "*.cs"))
                .Where(path => !path.StartsWith("src/Learning/Balancing/", StringComparison.Ordinal)),
            path => Assert.DoesNotMatch(MethodByName(), Repository.Read(path)));

    [GeneratedRegex("ProjectReference Include=\"[^\"]*Actors\\.(\\w+)\\.csproj\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex("BalancingMethods\\.(?!Create|Names)\\w|(?<!name=)\"(unimodal|joint|multi-loss|mlb)\"")]
    private static partial Regex MethodByName();
}
