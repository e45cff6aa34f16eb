using Actors.Grains.Diagnostics;
using Actors.Silo.Settings;

namespace Actors.Silo.Tests;

public class SiloSettingsReaderTests
{
    [Theory]
    [InlineData("redis://10.0.0.5:6379,secret", null, true)]
    [InlineData("redis://redis", "127.0.0.2", true)]
    [InlineData("redis://10.0.0.5:6379", "10.0.0.7", false)]
    [InlineData("redis://127.0.0.1:6379", null, false)]
    [InlineData("redis://localhost:6379", null, false)]
    [InlineData("redis://[::1]:6379", null, false)]
    [InlineData("localhost", null, false)]
    public void Read_RedisOfOtherMachinesAndALoopbackAddress_IsAFault(string cluster, string? address, bool isFault)
    {
        var given = new Dictionary<string, SiloSettingText> { ["cluster"] = new([cluster], "--cluster") };
        if (address is not null)
        {
            given["address"] = new([address], "environment ACTORS_SILO__ADDRESS");
        }

        (SiloSettings? settings, IReadOnlyList<string> faults) = SiloSettingsReader.Read(given);

        Assert.Equal(isFault, settings is null);
        if (isFault)
        {
            string fault = Assert.Single(faults);
            Assert.StartsWith(address is null ? "--address must be" : "environment ACTORS_SILO__ADDRESS must be", fault, StringComparison.Ordinal);
            Assert.Contains($"but is {address ?? "127.0.0.1"}", fault, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Metadata_Version_IsTheReleaseAndAnIdOfTheSources()
    {
        SiloSettings settings = SiloSettingsReader.Read(new Dictionary<string, SiloSettingText>()).Settings!;
        string version = settings.ToMetadata()[SiloSettings.VersionKey];
        Assert.Matches(@"^\d+\.\d+\.\d+\+[0-9a-f]{8}$", version);
        Assert.Equal(MachineReport.Here().Actors, version); // what versions.jsonl and actors --version tell
    }

    [Theory]
    [InlineData("redis://:S3cret@10.0.0.5:0")]
    [InlineData("redis://10.0.0.5:0,S3cret")]
    [InlineData("redis://user:S3cret@10.0.0.5")]
    public void Read_NoAddressWithAPassword_IsAFaultWithoutIt(string cluster)
    {
        foreach (string[] values in (string[][])[[cluster], [cluster, cluster]])
        {
            var given = new Dictionary<string, SiloSettingText> { ["cluster"] = new(values, "--cluster") };
            (SiloSettings? settings, IReadOnlyList<string> faults) = SiloSettingsReader.Read(given);

            Assert.Null(settings);
            Assert.Contains("10.0.0.5", faults[^1], StringComparison.Ordinal);
            Assert.All(faults, fault => Assert.DoesNotContain("S3cret", fault, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("redis://:right@10.0.0.5", 6379, "right")]
    [InlineData("redis://default:p%40ss@10.0.0.5:7000", 7000, "p@ss")]
    [InlineData("redis://10.0.0.5:7000,p@ss", 7000, "p@ss")]
    [InlineData("redis://10.0.0.5,password=right", 6379, "right")]
    public void Parse_RedisWithAPassword_HasItAndNeverTellsIt(string text, int port, string password)
    {
        ClusterAddress address = ClusterAddress.Parse(text)!;

        Assert.Equal(new ClusterAddress("10.0.0.5", port, password), address);
        Assert.Equal($"redis://10.0.0.5:{port}", $"{address}");
    }

    [Theory]
    [InlineData("redis://user:right@10.0.0.5")]
    [InlineData("redis://user@10.0.0.5")]
    [InlineData("redis://:@10.0.0.5")]
    [InlineData("redis://:right@10.0.0.5,right")]
    public void Parse_RedisWithAUserOrTwoPasswords_IsNoAddress(string text) => Assert.Null(ClusterAddress.Parse(text));
}
