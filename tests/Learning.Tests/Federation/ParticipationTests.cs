using Actors.Learning.Federation;

namespace Actors.Learning.Tests.Federation;

public sealed class ParticipationTests
{
    [Fact]
    public void Draw_SameSeedAndRound_IsTheSame_AndOthersDiffer()
    {
        int[] Draw(ulong seed, long round) => Participation.Draw(new RoundOptions { Fraction = 0.25 }, seed, round, 100, _ => true);
        Assert.Equal(Draw(1, 7), Draw(1, 7));
        Assert.NotEqual(Draw(1, 7), Draw(1, 8));
        Assert.NotEqual(Draw(1, 7), Draw(2, 7));
        Assert.Equal(25, Draw(1, 7).Distinct().Count());
        Assert.Equal(Draw(1, 7).Order(), Draw(1, 7));
    }

    [Fact]
    public void Draw_ManyRounds_TakesEachShardAboutAsOften()
    {
        int[] times = new int[10];
        for (long round = 0; round < 2000; round++)
        {
            foreach (int shard in Participation.Draw(new RoundOptions { Fraction = 0.3 }, 5, round, times.Length, _ => true))
            {
                times[shard]++;
            }
        }

        Assert.All(times, count => Assert.InRange(count, 500, 700)); // 600 ± 5 σ
    }

    [Theory]
    [InlineData(0.55, 55)]
    [InlineData(0.07, 7)]
    [InlineData(0.14, 14)]
    [InlineData(0.28, 28)]
    [InlineData(0.56, 56)]
    [InlineData(0.551, 56)]
    public void Count_FractionThatIsNoBinaryNumber_IsNotRoundedUpForIt(double fraction, int count) =>
        Assert.Equal(count, Participation.Count(new RoundOptions { Fraction = fraction }, 100));

    [Theory]
    [InlineData(1, null, 10, 10)]
    [InlineData(0.25, null, 3, 3)] // rounded up
    [InlineData(0.25, 5, 5, 5)]
    [InlineData(1, 4, 10, 4)]
    public void Count_FractionAndMinimum_AreBothKept(double fraction, int? minimum, int count, int least)
    {
        var options = new RoundOptions { Fraction = fraction, Minimum = minimum };
        Assert.Equal(count, Participation.Count(options, 10));
        Assert.Equal(least, Participation.Minimum(options, 10));
    }

    [Fact]
    public void Draw_ShardAway_TakesTheNextAndKeepsTheOthers()
    {
        var options = new RoundOptions { Fraction = 0.5 };
        int[] all = Participation.Draw(options, 3, 1, 10, _ => true);
        int[] without = Participation.Draw(options, 3, 1, 10, d => d != all[0]);
        Assert.Equal(5, without.Length);
        Assert.DoesNotContain(all[0], without);
        Assert.Equal(all[1..], all[1..].Intersect(without));
    }
}
