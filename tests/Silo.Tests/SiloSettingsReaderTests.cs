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
}
