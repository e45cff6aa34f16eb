using Actors.Learning.Data;
using Actors.Learning.Randomness;

namespace Actors.Learning.Tests.Randomness;

/// <summary>What was drawn once is drawn again: runs are repeated and resumed.</summary>
public class RandomnessTests
{
    [Fact]
    public void Mix_FromSeedZero_GivesThePublishedNumbers() // of https://prng.di.unimi.it/splitmix64.c
    {
        Assert.Equal(0xE220A8397B1DCDAF, SplitMix64.Mix(SplitMix64.Gamma));
        Assert.Equal(0x6E789E6AA1B965F4UL, SplitMix64.Mix(unchecked(2 * SplitMix64.Gamma)));
    }

    [Fact]
    public void HalfMix_OfANumber_NeverChanges() => Assert.Equal(0xBCB965360754D8AFUL, SplitMix64.HalfMix(5));

    [Theory]
    [InlineData("", 0xCBF29CE484222325)]
    [InlineData("a", 0xAF63DC4C8601EC8C)]
    [InlineData("foobar", 0x85944171F73967E8)]
    public void Add_OfAText_IsThePublishedHash(string text, ulong hash) => Assert.Equal(hash, Fnv1a.Add(Fnv1a.Empty, System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void RandomStream_OfASeedAndStream_NeverChanges()
    {
        var stream = new RandomStream(1, 2);
        Assert.Equal([0xA6C7188E0551111EUL, 0x6D5016879973635CUL], new[] { stream.Next(), stream.Next() });
        Assert.Equal([4, 5, 2, 0, 3, 1], new RandomStream(1, 3).Permutation(6));
    }
}
