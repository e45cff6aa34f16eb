using Actors.Grains.Placement;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Placement;

public sealed class PinnedPlacementTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Call_SiloOfTheKeyIsGone_IsALossAndNamesIt()
    {
        string before = $"{silo.Silo.Split('@')[0]}@1"; // the same place, an earlier start
        IEncoderGrain encoder = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder("gone", 1, 0, "m0", before));
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => encoder.EncodeAsync(0));
        Assert.True(WorkerFailure.IsLoss(failure), $"{failure.GetType()}: {failure.Message}");
        Assert.Contains(before, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run/g1/s0/m0")]
    [InlineData("run/g1/s0/m0@127.0.0.1:1111")]
    [InlineData("")]
    public void SiloOf_KeyWithoutOne_IsRefused(string key) => Assert.Throws<ArgumentException>(() => PinnedKey.SiloOf(key));

    [Theory]
    [InlineData("run/g1/s0/m0")]
    [InlineData("/tmp/a@b/run")]
    [InlineData("")]
    public void SiloOf_AnyPart_IsTheOneItWasMadeOf(string part) =>
        Assert.Equal("127.0.0.1:11111@42", PinnedKey.SiloOf(PinnedKey.Of(part, "127.0.0.1:11111@42")).ToParsableString());
}
