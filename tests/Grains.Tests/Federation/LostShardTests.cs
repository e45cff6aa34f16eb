using Actors.Grains.Federation;

namespace Actors.Grains.Tests.Federation;

public sealed class LostShardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0)] // the next round
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(4, 240)]
    [InlineData(5, 300)]
    [InlineData(90, 300)]
    public void At_LostBefore_PausesGrowToFiveMinutes(int before, int seconds)
    {
        LostShard lost = LostShard.At("its silo is gone", before, Now, isCutOff: false);
        Assert.Equal(before + 1, lost.Times);
        Assert.Equal(Now.AddSeconds(seconds), lost.Until);
    }

    [Fact]
    public void At_SiloIsCutOff_IsNotTriedThereForFiveMinutes() =>
        Assert.Equal(Now.AddMinutes(5), LostShard.At("it cannot be reached", 0, Now, isCutOff: true).Until);
}
