using System.Runtime.InteropServices;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Actors.Learning.Training;

/// <summary>Cross-entropy and what is counted beside it, with one transfer from the device.</summary>
internal static class CrossEntropy
{
    /// <summary>Mean cross-entropy with its graph, and the batch's sums.</summary>
    /// <param name="logits">[B, C].</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>The loss, a scalar with graph (the current scope disposes it), and the sums.</returns>
    public static (Tensor Loss, OutputStatistics Statistics) Of(Tensor logits, Tensor labels)
    {
        Tensor logProbabilities = F.log_softmax(logits, 1); // [B, C]
        Tensor loss = F.nll_loss(logProbabilities, labels);
        return (loss, Count(logProbabilities.detach(), labels));
    }

    /// <summary>The sums alone.</summary>
    public static OutputStatistics Statistics(Tensor logits, Tensor labels) => Count(F.log_softmax(logits.detach(), 1), labels);

    private static OutputStatistics Count(Tensor logProbabilities, Tensor labels)
    {
        // Added up in doubles: what shards add up then differs from the whole by nothing that a float could hold.
        Tensor ofLabel = logProbabilities.gather(1, labels.unsqueeze(1)).to(ScalarType.Float64); // [B, 1]
        Tensor correct = logProbabilities.argmax(1).eq(labels); // [B]
        Tensor sums = stack([ofLabel.sum(), ofLabel.exp().sum(), correct.sum().to(ScalarType.Float64)]).cpu(); // [3]
        ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(sums.bytes);
        return new OutputStatistics(-values[0], values[1], (long)values[2]);
    }
}
