using Actors.Client.Configuration;
using Actors.Contracts.Runs;
using Actors.Learning.Balancing;
using Actors.Learning.Evaluation;

namespace Actors.Client.Artifacts;

/// <summary>Agreement matrices of the multimodal runs among some, against the unimodal runs of the same seed and data among them.</summary>
/// <param name="runs">Configuration of each run.</param>
/// <param name="read">Reads the predictions on test of the run at an index; null where it was not tested.</param>
/// <param name="warnings">Told of each matrix that is left out, since predictions are damaged or of other samples.</param>
internal sealed class AgreementReport(IReadOnlyList<RunConfiguration> runs, Func<int, Task<SplitPredictions?>> read, TextWriter warnings)
{
    private readonly Dictionary<int, SplitPredictions?> known = [];

    /// <summary>One matrix per multimodal run that has a tested unimodal run of its seed and data for each of its modalities, by the run's index.</summary>
    public async Task<IReadOnlyList<KeyValuePair<int, AgreementMatrix>>> MakeAsync()
    {
        var result = new List<KeyValuePair<int, AgreementMatrix>>();
        for (int run = 0; run < runs.Count; run++)
        {
            try
            {
                if (runs[run].Method.Name != BalancingMethods.Unimodal
                    && await UnimodalAsync(runs[run]) is { } unimodal
                    && await PredictionsAsync(run) is { } predictions)
                {
                    result.Add(KeyValuePair.Create(run, AgreementMatrix.Of(predictions, unimodal)));
                }
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                await warnings.WriteLineAsync($"warning: the agreement of {runs[run].Name} is left out: {failure.Message}");
            }
        }

        return result;
    }

    // Where it lies and is cached is no part of what the data is.
    private static string DataOf(RunConfiguration run) => RunConfigurationWriter.Write(
        run.Data with
        {
            Path = "",
            CacheFolder = null,
            Manifest = run.Data.Manifest is { } manifest ? manifest with { MemoryMib = 0 } : null,
        });

    private async Task<KeyValuePair<string, SplitPredictions>[]?> UnimodalAsync(RunConfiguration multimodal)
    {
        string data = DataOf(multimodal);
        var found = new List<KeyValuePair<string, SplitPredictions>>();
        foreach (string modality in multimodal.Modalities.Select(modality => modality.Name))
        {
            int[] candidates = [.. Enumerable.Range(0, runs.Count).Where(run =>
                runs[run].Method.Modality == modality && runs[run].Seed == multimodal.Seed && DataOf(runs[run]) == data)];
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
