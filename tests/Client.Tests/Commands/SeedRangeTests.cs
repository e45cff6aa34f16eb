using Actors.Client.Commands;

namespace Actors.Client.Tests.Commands;

public class SeedRangeTests
{
    [Theory]
    [InlineData("0..4", new long[] { 0, 1, 2, 3, 4 })]
    [InlineData("7", new long[] { 7 })]
    [InlineData("1,5..6, 9", new long[] { 1, 5, 6, 9 })]
    public void Parse_List_IsEverySeed(string text, long[] seeds) => Assert.Equal(seeds, SeedRange.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("4..0")]
    [InlineData("0..1..2")]
    [InlineData("-1")]
    [InlineData("1,1")]
    [InlineData("0..1000000")]
    [InlineData("a")]
    public void Parse_NoList_IsBadInput(string text) => Assert.Equal(ExitCode.BadInput, Assert.Throws<CommandFailure>(() => SeedRange.Parse(text)).ExitCode);
}
