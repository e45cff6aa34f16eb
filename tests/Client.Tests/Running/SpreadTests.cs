using Actors.Client.Running;

namespace Actors.Client.Tests.Running;

public class SpreadTests
{
    [Fact]
    public void Of_ThreeValuesAndAGap_IsMeanAndSampleDeviation()
    {
        Spread spread = Spread.Of([0.8, null, 0.9, 0.85])!;

        Assert.Equal((0.85, 0.05, 3), (Math.Round(spread.Mean, 12), Math.Round(spread.Std!.Value, 12), spread.Count));
        Assert.Equal("85.00 ± 5.00", spread.AsPercent());
    }

    [Fact]
    public void Of_OneValue_HasNoDeviation() => Assert.Equal("50.00", Spread.Of([0.5])!.AsPercent());

    [Fact]
    public void Of_NoValue_IsNull() => Assert.Null(Spread.Of([null]));
}
