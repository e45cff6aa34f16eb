using Actors.Contracts.Runs;
using Actors.Learning.Balancing;
using Actors.Learning.Evaluation;

namespace Actors.Client.Artifacts;

/// <summary>Agreement matrices of the multimodal runs among some, against the unimodal runs of the same seed among them.</summary>
/// <param name="runs">Configuration of each run.</param>
/// <param name="read">Reads the predictions on test of the run at an index; null where it was not tested.</param>
internal sealed class AgreementReport(IReadOnlyList<RunConfiguration> runs, Func<int, Task<SplitPredictions?>> read)
{
    private readonly Dictionary<int, SplitPredictions?> known = [];

    /// <summary>One matrix per multimodal run that has a tested unimodal run of its seed for each of its modalities, by the run's index.</summary>
    public async Task<IReadOnlyList<KeyValuePair<int, AgreementMatrix>>> MakeAsync()
    {
        var result = new List<KeyValuePair<int, AgreementMatrix>>();
        for (int run = 0; run < runs.Count; run++)
        {
            if (runs[run].Method.Name != BalancingMethods.Unimodal && await UnimodalAsync(runs[run]) is { } unimodal && await PredictionsAsync(run) is { } predictions)
            {
                result.Add(KeyValuePair.Create(run, AgreementMatrix.Of(predictions, unimodal)));
            }
        }

        return result;
    }

    private async Task<KeyValuePair<string, SplitPredictions>[]?> UnimodalAsync(RunConfiguration multimodal)
    {
        var found = new List<KeyValuePair<string, SplitPredictions>>();
        foreach (string modality in multimodal.Modalities.Select(modality => modality.Name))
        {
            int[] candidates = [.. Enumerable.Range(0, runs.Count).Where(run => runs[run].Method.Modality == modality && runs[run].Seed == multimodal.Seed)];
            SplitPredictions? tested = null;
            for (int i = 0; tested is null && i < candidates.Length; i++)
            {
                tested = await PredictionsAsync(candidates[i]);
            }

            if (tested is null)
            {
                return null;
            }

            found.Add(KeyValuePair.Create(modality, tested));
        }

        return found.Count > 1 ? [.. found] : null;
    }

    private async Task<SplitPredictions?> PredictionsAsync(int run)
    {
        if (!known.TryGetValue(run, out SplitPredictions? predictions))
        {
            known[run] = predictions = await read(run);
        }

        return predictions;
    }
}
