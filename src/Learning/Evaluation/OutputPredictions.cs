using static TorchSharp.torch;

namespace Actors.Learning.Evaluation;

/// <summary>What one output (the fusion, a head, a slice) predicted for some samples, one entry each.</summary>
/// <param name="Predicted">Class of the greatest logit, [N].</param>
/// <param name="Confidence">Its softmax probability, [N], in (0, 1].</param>
/// <param name="Losses">Cross-entropy of each sample, [N], in nats.</param>
public sealed record OutputPredictions(int[] Predicted, float[] Confidence, float[] Losses)
{
    /// <summary>Predictions from logits.</summary>
    /// <param name="logits">[N, C], any device; stays the caller's.</param>
    /// <param name="labels">[N].</param>
    public static OutputPredictions Of(Tensor logits, IReadOnlyList<int> labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor logProbabilities = nn.functional.log_softmax(logits, 1).cpu(); // [N, C]
        (Tensor top, Tensor index) = logProbabilities.max(1); // [N]
        Tensor truth = tensor([.. labels.Select(label => (long)label)]).unsqueeze(1); // [N, 1]
        Tensor losses = logProbabilities.gather(1, truth).neg().squeeze(1); // [N]
        return new OutputPredictions(
            [.. index.data<long>().ToArray().Select(i => (int)i)], top.exp().data<float>().ToArray(), losses.data<float>().ToArray());
    }

    /// <summary>Joins the predictions of consecutive samples.</summary>
    public static OutputPredictions Concatenate(IReadOnlyList<OutputPredictions> parts) =>
        new([.. parts.SelectMany(p => p.Predicted)], [.. parts.SelectMany(p => p.Confidence)], [.. parts.SelectMany(p => p.Losses)]);
}
