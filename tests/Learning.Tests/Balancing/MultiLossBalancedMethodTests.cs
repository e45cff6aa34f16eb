using Actors.Learning.Balancing;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Learning.Tests.Balancing;

public class MultiLossBalancedMethodTests
{
    /// <summary>Worked by hand from the paper's equations.</summary>
    public static TheoryData<double[], double, double, double[]> WorkedExamples => new()
    {
        { [.6, .3], .5, 10, [.7551, 5.1591] },
        { [.6, .3], .5, 2, [.7551, 1.4621] },
        { [.6, .3], 2, 2, [.2384, 1.9640] },
        { [.6, .3], 5, 2, [.0134, 1.9999] },
        { [.35, .30], .5, 10, [.9287, 1.7483] },
        { [.30, .29], .5, 10, [.9833, 1.1552] },
        { [.6, .3, .3], .5, 10, [.7551, 3.2043, 3.2043] },
        { [.6, .3, .3], .5, 2, [.7551, 1.2449, 1.2449] },
        { [.6, .3, .2], .5, 2, [.7163, 1.1651, 1.5546] },
        { [.4, .4], 3, 7, [1, 1] },
        { [.4], 3, 7, [1] },
    };

    [Theory]
    [MemberData(nameof(WorkedExamples))]
    public void Coefficients_WorkedExample_AreThoseOfThePaper(double[] scores, double alpha, double betaMax, double[] expected)
    {
        double[] k = Coefficients(scores, alpha, betaMax);
        for (int i = 0; i < k.Length; i++)
        {
            Assert.Equal(expected[i], k[i], 0.00005 + 1e-9); // the table has four decimals
        }
    }

    [Fact]
    public void Coefficients_AnyScores_LieBetweenTheBounds() =>
        ForAll(3, (scores, alpha, beta) => Coefficients(scores, alpha, beta).All(k => k >= 1 - Math.Tanh(alpha) && k <= beta + 1e-12));

    [Fact]
    public void Coefficients_ScoresTimesAConstant_StayTheSame() =>
        ForAll(3, (scores, alpha, beta) => Close(Coefficients(scores, alpha, beta), Coefficients([.. scores.Select(s => s * 64)], alpha, beta)));

    [Fact]
    public void Coefficients_ModalitiesPermuted_ArePermutedAlike() =>
        ForAll(4, (scores, alpha, beta) => Close([.. Coefficients(scores, alpha, beta).Reverse()], Coefficients([.. scores.Reverse()], alpha, beta)));

    [Fact]
    public void Coefficients_TwoModalities_OneIsSlowedExactlyWhereTheOtherIsSpedUp() =>
        ForAll(2, (scores, alpha, beta) =>
        {
            double[] k = Coefficients(scores, alpha, beta);
            return beta == 1 || k[0] < 1 == k[1] > 1; // a bound of 1 speeds nobody up
        });

    [Fact]
    public void Coefficients_BetaMaxOfOne_NeverSpeedUp() =>
        ForAll(3, (scores, alpha, _) => Coefficients(scores, alpha, 1).All(k => k <= 1));

    [Fact]
    public void Coefficients_AlphaNearZero_AreNearOne() =>
        ForAll(2, (scores, _, beta) => Coefficients(scores, 1e-9, beta).All(k => Math.Abs(k - 1) < 1e-4));

    [Fact]
    public void Coefficients_LowerOwnScore_AreGreater() =>
        ForAll(2, (scores, alpha, beta) => Coefficients([scores[0] * .9, scores[1]], alpha, beta)[0] >= Coefficients(scores, alpha, beta)[0]);

    [Fact]
    public void Coefficients_OneScoreOfZero_AreFiniteAndGreatestForIt()
    {
        double[] k = Coefficients([0, .5], .5, 10);
        Assert.Equal(10, k[1 - 1], 12);
        Assert.True(double.IsFinite(k[1]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.1)]
    public void Coefficients_ScoreThatIsNone_IsRefused(double score) =>
        Assert.Throws<ArgumentException>(() => Coefficients([score, .5], .5, 10));

    [Theory]
    [InlineData(0, 10)]
    [InlineData(-1, 10)]
    [InlineData(1, 0.5)]
    public void Create_SettingsOutOfRange_AreRefused(double alpha, double betaMax) =>
        Assert.ThrowsAny<ArgumentException>(() => Method(2, alpha, betaMax));

    private static MultiLossBalancedMethod Method(int modalityCount, double alpha, double betaMax) =>
        new(new MethodOptions { Name = BalancingMethods.MultiLossBalanced, Alpha = alpha, BetaMax = betaMax }, modalityCount);

    private static double[] Coefficients(double[] scores, double alpha, double betaMax)
    {
        double[] k = new double[scores.Length];
        Method(scores.Length, alpha, betaMax).Coefficients(scores, k);
        return k;
    }

    private static bool Close(double[] expected, double[] actual) =>
        expected.Zip(actual, (e, a) => Math.Abs(e - a) <= 1e-9 * Math.Max(1, Math.Abs(e))).All(x => x);

    private static void ForAll(int modalityCount, Func<double[], double, double, bool> property)
    {
        Gen<double> Between(int low, int high) => Gen.Choose(low, high).Select(n => n / 1000.0);
        var cases =
            from scores in Between(1, 1000).ArrayOf(modalityCount)
            from alpha in Between(1, 5000)
            from beta in Between(1000, 20000)
            select (scores, alpha, beta);
        Prop.ForAll(cases.ToArbitrary(), c => property(c.scores, c.alpha, c.beta)).QuickCheckThrowOnFailure();
    }
}
