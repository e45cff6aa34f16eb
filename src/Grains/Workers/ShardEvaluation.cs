using Actors.Learning.Data;
using Actors.Learning.Evaluation;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>Gathers a shard's predictions batch by batch.</summary>
internal sealed class ShardEvaluation(int modalityCount)
{
    private readonly List<string> ids = [];
    private readonly List<int> labels = [];
    private readonly List<OutputPredictions> fused = [];
    private readonly List<OutputPredictions?>[] unimodal = [.. Enumerable.Range(0, modalityCount).Select(_ => new List<OutputPredictions?>())];

    /// <summary>Predicts a batch and disposes what the encoders gave for it.</summary>
    public void Add(FusionWorker worker, EncoderInference[] encoded, SampleTable samples, int[] rows)
    {
        try
        {
            int[] truth = [.. rows.Select(row => samples.Labels[row])];
            (Tensor logits, IReadOnlyList<Tensor?> own) = worker.Infer(encoded);
            using (logits)
            {
                fused.Add(OutputPredictions.Of(logits, truth));
            }

            for (int i = 0; i < own.Count; i++)
            {
                using Tensor? output = own[i];
                unimodal[i].Add(output is null ? null : OutputPredictions.Of(output, truth));
            }

            ids.AddRange(rows.Select(row => samples.Ids[row]));
            labels.AddRange(truth);
        }
        finally
        {
            Array.ForEach(encoded, e => e.Dispose());
        }
    }

    public ShardPredictions ToPredictions() => new()
    {
        Ids = [.. ids],
        Labels = [.. labels],
        Fused = OutputColumn.Of(OutputPredictions.Concatenate(fused)),
        Unimodal = [.. unimodal.Select(parts => parts.Any(p => p is null) ? null : OutputColumn.Of(OutputPredictions.Concatenate([.. parts.Select(p => p!)])))],
    };
}
