using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

public class CrossEntropyTests
{
    [Fact]
    public void Read_OfParts_AddUpToTheWhole()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3);
        Tensor logits = randn([1000, 5], generator: generator);
        Tensor labels = arange(1000).remainder(5);
        OutputStatistics whole = CrossEntropy.Read(CrossEntropy.Sums(logits, labels))[0];
        OutputStatistics[] parts = [.. new[] { 0..1, 1..17, 17..500, 500..1000 }.Select(range => CrossEntropy.Read(CrossEntropy.Sums(
            logits.narrow(0, range.Start.Value, range.End.Value - range.Start.Value),
            labels.narrow(0, range.Start.Value, range.End.Value - range.Start.Value)))[0])];
        Assert.Equal(whole.LossSum, parts.Sum(part => part.LossSum), 1e-9);
        Assert.Equal(whole.ScoreSum, parts.Sum(part => part.ScoreSum), 1e-10);
        Assert.Equal(whole.CorrectCount, parts.Sum(part => part.CorrectCount));
    }
}
