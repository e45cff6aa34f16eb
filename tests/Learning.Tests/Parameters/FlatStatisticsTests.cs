using Actors.Learning.Parameters;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Parameters;

/// <summary>Batch statistics as one flat buffer.</summary>
public sealed class FlatStatisticsTests
{
    [Fact]
    public void ReadAndWrite_AStretchOverTwoBuffers_TouchThatStretchOnly()
    {
        using Tensor first = tensor(new float[] { 0, 1, 2 });
        using Tensor second = tensor(new float[,] { { 3, 4, 5 }, { 6, 7, 8 } });
        using Tensor values = tensor(new float[] { -1, -2, -3 });
        var statistics = new FlatStatistics([first, second]);
        Assert.Equal(9, statistics.Count);
        using Tensor read = statistics.Read(new FlatRange(2, 3));
        Assert.Equal([2f, 3, 4], read.data<float>().ToArray());
        statistics.Write(new FlatRange(2, 3), values);
        using Tensor all = statistics.Read(FlatRange.All(9));
        Assert.Equal([0f, 1, -1, -2, -3, 5, 6, 7, 8], all.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4 << 20, 1)]
    [InlineData((4 << 20) + 1, 2)]
    public void Cut_OfABuffer_CoversIt(long count, int segments)
    {
        FlatRange[] cut = [.. FlatRange.Cut(count)];
        Assert.Equal(segments, cut.Length);
        Assert.Equal(count, cut.Sum(segment => segment.Length));
        Assert.All(cut.Skip(1).Zip(cut), pair => Assert.Equal(pair.Second.Offset + pair.Second.Length, pair.First.Offset));
    }
}
