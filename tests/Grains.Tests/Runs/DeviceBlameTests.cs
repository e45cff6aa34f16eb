using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

public class DeviceBlameTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Late = Start.AddHours(1).AddSeconds(1);

    [Fact]
    public void AvoidedUntil_LostWithAgainAndAgain_GrowsFromTheThirdTimeToAnHour()
    {
        DeviceBlame? blame = null;
        var minutes = new List<double?>();
        for (int n = 0; n < 9; n++)
        {
            blame = DeviceBlame.After(blame, Start.AddMinutes(n), $"cause {n}");
            minutes.Add((blame.AvoidedUntil - blame.Last)?.TotalMinutes);
        }

        Assert.Equal([null, null, 5, 10, 20, 40, 60, 60, 60], minutes);
        Assert.Equal("cause 0", blame?.FirstCause);
    }

    [Fact]
    public void After_LossLongAgo_BeginsAnew() =>
        Assert.Equal(new DeviceBlame(1, Late, "new"), DeviceBlame.After(new DeviceBlame(7, Start, "old"), Late, "new"));
}
