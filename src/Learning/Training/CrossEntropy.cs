using System.Runtime.InteropServices;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Actors.Learning.Training;

/// <summary>Cross-entropy and what is counted beside it, which stays on the device until it is read.</summary>
internal static class CrossEntropy
{
    /// <summary>Mean cross-entropy with its graph, and the batch's sums.</summary>
    /// <param name="logits">[B, C].</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>The loss, a scalar with graph, and the sums for <see cref="Read"/>; the current scope disposes both.</returns>
    public static (Tensor Loss, Tensor Sums) Of(Tensor logits, Tensor labels)
    {
        Tensor logProbabilities = F.log_softmax(logits, 1); // [B, C]
        Tensor loss = F.nll_loss(logProbabilities, labels);
        return (loss, Add(logProbabilities.detach(), labels));
    }

    /// <summary>The sums alone.</summary>
    public static Tensor Sums(Tensor logits, Tensor labels) => Add(F.log_softmax(logits.detach(), 1), labels);

    /// <summary>Reads sums. Waits for their device, once.</summary>
    /// <param name="sums">Each [3], all on one device.</param>
    public static OutputStatistics[] Read(params IReadOnlyList<Tensor> sums)
    {
        Tensor onHost = stack(sums).cpu(); // [n, 3]
        ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(onHost.bytes);
        var read = new OutputStatistics[sums.Count];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = new OutputStatistics(-values[3 * i], values[(3 * i) + 1], (long)values[(3 * i) + 2]);
        }

        return read;
    }

    private static Tensor Add(Tensor logProbabilities, Tensor labels)
    {
        // Added up in doubles: what shards add up then differs from the whole by nothing that a float could hold.
        Tensor ofLabel = logProbabilities.gather(1, labels.unsqueeze(1)).to(ScalarType.Float64); // [B, 1]
        Tensor correct = logProbabilities.argmax(1).eq(labels); // [B]
        return stack([ofLabel.sum(), ofLabel.exp().sum(), correct.sum().to(ScalarType.Float64)]); // [3]
    }
}
