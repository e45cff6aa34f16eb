using Actors.Learning.Balancing;

namespace Actors.Learning.Tests.Balancing;

public class BalancerTests
{
    private static readonly MethodOptions Mlb = new() { Name = BalancingMethods.MultiLossBalanced };

    [Fact]
    public void Exchange_SumsOfShards_GiveTheCoefficientsOfTheWhole()
    {
        Balance whole = new Balancer(Mlb, 2).Exchange([6.0, 3.0], [10, 10]);
        Balance sharded = new Balancer(Mlb, 2).Exchange([2.5 + 3.5, 1.0 + 2.0], [4 + 6, 4 + 6]);
        Assert.Equal(whole.Coefficients, sharded.Coefficients);
        Assert.Equal([.6, .3], whole.Scores!);
    }

    [Fact]
    public void Exchange_ModalityWithoutSamples_IsLeftOutAndMovesNobody()
    {
        Balance three = new Balancer(Mlb, 3).Exchange([6.0, 3.0, 0.0], [10, 10, 0]);
        Balance two = new Balancer(Mlb, 2).Exchange([6.0, 3.0], [10, 10]);
        Assert.Equal([.. two.Coefficients, 1.0], three.Coefficients);
    }

    [Fact]
    public void Exchange_NoSamplesAtAll_LeavesEveryCoefficientAtOne() =>
        Assert.Equal([1.0, 1.0], new Balancer(Mlb, 2).Exchange([0.0, 0.0], [0, 0]).Coefficients);

    [Fact]
    public void Exchange_ScoreMissingForMlb_SaysWhatToUse() =>
        Assert.Contains("late-linear", Assert.Throws<InvalidOperationException>(() => new Balancer(Mlb, 2).Exchange([null, 1.0], [1, 1])).Message);

    [Fact]
    public void Exchange_Joint_LeavesEveryCoefficientAtOneAndStillTellsTheRatios()
    {
        Balance balance = new Balancer(new MethodOptions { Name = BalancingMethods.Joint }, 2).Exchange([6.0, 3.0], [10, 10]);
        Assert.Equal([1.0, 1.0], balance.Coefficients);
        Assert.Equal([.5, 2.0], balance.Ratios!);
    }

    [Fact]
    public void Create_UnknownMethod_ListsTheKnownOnes() =>
        Assert.Contains("joint, multi-loss, mlb", Assert.Throws<ArgumentException>(() => new Balancer(new MethodOptions { Name = "mlbb" }, 2)).Message);

    [Fact]
    public void Create_UnimodalWithTwoModalities_IsRefused() => Assert.Contains(
        "method.modality",
        Assert.Throws<ArgumentException>(() => new Balancer(new MethodOptions { Name = BalancingMethods.Unimodal }, 2)).Message);
}
