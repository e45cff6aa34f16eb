using Actors.Learning.Evaluation;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Evaluation;

public class EvaluationTests
{
    [Fact]
    public void CalibrationError_WorkedExample_IsTheKnownOne() =>
        Assert.Equal(.45, Calibration.Of([1, 1, 1, 1], new OutputPredictions([1, 0, 1, 1], [.95f, .95f, .55f, .55f], new float[4])).Error, 6);

    [Fact]
    public void CalibrationError_SureAndRight_IsZero() =>
        Assert.Equal(0, Calibration.Of([0, 1], new OutputPredictions([0, 1], [1f, 1f], new float[2])).Error);

    [Fact]
    public void CalibrationBins_ConfidenceOnAnEdge_FallsInTheUpperBin()
    {
        for (int edge = 1; edge < Calibration.BinCount; edge++)
        {
            float on = (float)edge / Calibration.BinCount;
            Assert.Equal(1, Calibration.Of([0], new OutputPredictions([0], [on], new float[1])).Bins[edge].Count);
            Assert.Equal(1, Calibration.Of([0], new OutputPredictions([0], [MathF.BitDecrement(on)], new float[1])).Bins[edge - 1].Count);
        }

        Assert.Equal(1, Calibration.Of([0], new OutputPredictions([0], [1f], new float[1])).Bins[^1].Count);
    }

    [Fact]
    public void Of_Logits_GivesClassConfidenceAndLoss()
    {
        using Tensor logits = tensor(new[,] { { 0f, MathF.Log(3) }, { 1f, 1f } });
        OutputPredictions predictions = OutputPredictions.Of(logits, [1, 0]);
        Assert.Equal(1, predictions.Predicted[0]);
        Assert.Equal(.75, predictions.Confidence[0], 6);
        Assert.Equal(-Math.Log(.75), predictions.Losses[0], 6);
        Assert.Equal(Math.Log(2), predictions.Losses[1], 6);
    }

    [Fact]
    public void Concatenate_ShardsOfAnySize_EqualsTheWholeExactly()
    {
        using Tensor logits = randn(37, 5);
        int[] labels = [.. Enumerable.Range(0, 37).Select(i => i % 5)];
        OutputPredictions whole = OutputPredictions.Of(logits, labels);
        OutputPredictions joined = OutputPredictions.Concatenate([.. new[] { 0..10, 10..11, 11..37 }.Select(range =>
        {
            using Tensor part = logits[range.Start.Value..range.End.Value];
            return OutputPredictions.Of(part, labels[range]);
        })]);
        Assert.Equal(ClassificationMetrics.Accuracy(labels, whole.Predicted), ClassificationMetrics.Accuracy(labels, joined.Predicted));
        Assert.Equal(Calibration.Of(labels, whole).Error, Calibration.Of(labels, joined).Error);
        Assert.Equal(ClassificationMetrics.MeanLoss(whole), ClassificationMetrics.MeanLoss(joined));
    }

    [Fact]
    public void MacroF1_RandomPredictions_EqualsANaiveLoop()
    {
        var random = new Random(3);
        int[] labels = [.. Enumerable.Range(0, 200).Select(_ => random.Next(4))];
        int[] predicted = [.. labels.Select(label => random.Next(3) == 0 ? random.Next(4) : label)];
        double expected = Enumerable.Range(0, 4).Average(c =>
        {
            double tp = labels.Zip(predicted).Count(p => p.First == c && p.Second == c), fp = labels.Zip(predicted).Count(p => p.First != c && p.Second == c);
            double fn = labels.Zip(predicted).Count(p => p.First == c && p.Second != c), precision = tp / (tp + fp), recall = tp / (tp + fn);
            return 2 * precision * recall / (precision + recall);
        });
        Assert.Equal(expected, ClassificationMetrics.MacroF1(labels, predicted, 4), 12);
    }

    [Fact]
    public void MacroF1_ClassThatIsNowhere_CountsZero() => Assert.Equal(.5, ClassificationMetrics.MacroF1([0, 0], [0, 0], 2));

    [Theory]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 2, 1, 1 }, 5.0 / 9)] // 2 only predicted: 2/3, 1, 0
    [InlineData(new[] { 0, 0, 1, 2 }, new[] { 0, 0, 1, 1 }, 5.0 / 9)] // 2 only there: 1, 2/3, 0
    public void MacroF1_ClassOnOneSideOnly_IsZeroForItAndCounted(int[] labels, int[] predicted, double expected) =>
        Assert.Equal(expected, ClassificationMetrics.MacroF1(labels, predicted, 3), 12);

    [Fact]
    public void Agreement_FourSamples_PutsEachInItsCell()
    {
        AgreementMatrix matrix = AgreementMatrix.Of(
            Predictions([0, 0, 0, 1]), // right, right, right, wrong
            [new("audio", Predictions([0, 0, 1, 0])), new("image", Predictions([0, 1, 1, 0]))]);
        Assert.Equal([25, 25, 0, 25], matrix.Right); // none, only audio, only image, both
        Assert.Equal([0, 0, 0, 25], matrix.Wrong);
        Assert.Equal(100, matrix.Right.Sum() + matrix.Wrong.Sum(), 9);
        Assert.Equal("only audio", matrix.Column(1));
        Assert.Equal(1, matrix.Kept(0));
        Assert.Null(matrix.Kept(2));
    }

    [Fact]
    public void Agreement_ThreeModalities_HasEightColumnsThatAddUp()
    {
        var random = new Random(1);
        SplitPredictions Some() => Predictions([.. Enumerable.Range(0, 100).Select(_ => random.Next(2))]);
        AgreementMatrix matrix = AgreementMatrix.Of(Some(), [new("a", Some()), new("b", Some()), new("c", Some())]);
        Assert.Equal(8, matrix.Right.Length);
        Assert.Equal(100, matrix.Right.Sum() + matrix.Wrong.Sum(), 9);
    }

    [Fact]
    public void Agreement_OtherSamples_NamesTheFirst()
    {
        SplitPredictions other = Predictions([0, 0]) with { Ids = ["s0", "x"] };
        Assert.Contains("row 1 is 'x'", Assert.Throws<ArgumentException>(() => AgreementMatrix.Of(Predictions([0, 0]), [new("audio", other)])).Message);
    }

    [Fact]
    public void PredictionFile_WrittenAndRead_IsTheSame()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("actors-predictions-").FullName, "p.csv");
        SplitPredictions written = Predictions([0, 1, 0]) with
        {
            Ids = ["a,b", "c\"d", "e"],
            Unimodal = [new("audio", new OutputPredictions([1, 1, 0], [.1f, .2f, 1 / 3f], [1, 2, 3])), new("image", null)],
        };
        Assert.True(PredictionFile.TryWrite(path, written, () => true));
        SplitPredictions read = PredictionFile.Read(path);
        Assert.Equal(written.Ids, read.Ids);
        Assert.Equal(written.Fused.Predicted, read.Fused.Predicted);
        Assert.Equal(written.Unimodal[0].Value!.Confidence, Assert.Single(read.Unimodal).Value!.Confidence);
        File.WriteAllText(path, "no,predictions\n1,2\n");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => PredictionFile.Read(path)).Message);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static SplitPredictions Predictions(int[] predicted) => new(
        [.. predicted.Select((_, i) => $"s{i}")],
        new int[predicted.Length],
        new OutputPredictions(predicted, [.. predicted.Select(_ => .9f)], new float[predicted.Length]),
        []);
}
