using Actors.Contracts.Runs;
using Actors.Learning.Balancing;
using Actors.Learning.Evaluation;

namespace Actors.Client.Artifacts;

/// <summary>Agreement matrices of the multimodal runs among some, against the unimodal runs of the same seed among them.</summary>
internal static class AgreementReport
{
    private const string PredictionsName = "predictions-test.csv";

    /// <summary>One matrix per multimodal run that has a tested unimodal run of its seed for each of its modalities; its picture goes into the run's folder.</summary>
    /// <param name="runs">Folder and configuration of each run.</param>
    public static IReadOnlyList<KeyValuePair<string, AgreementMatrix>> Make(IReadOnlyList<(string Folder, RunConfiguration Configuration)> runs)
    {
        var result = new List<KeyValuePair<string, AgreementMatrix>>();
        (string Folder, RunConfiguration Configuration)[] tested = [.. runs.Where(run => File.Exists(Path.Combine(run.Folder, PredictionsName)))];
        foreach ((string folder, RunConfiguration configuration) in tested.Where(run => run.Configuration.Method.Name != BalancingMethods.Unimodal))
        {
            KeyValuePair<string, string?>[] unimodal =
            [
                .. configuration.Modalities.Select(modality => KeyValuePair.Create(modality.Name, tested
                    .Where(run => run.Configuration.Method.Modality == modality.Name && run.Configuration.Seed == configuration.Seed)
                    .Select(run => run.Folder).FirstOrDefault())),
            ];
            if (unimodal.Length > 1 && unimodal.All(run => run.Value is not null))
            {
                AgreementMatrix matrix = AgreementMatrix.Of(Read(folder), [.. unimodal.Select(run => KeyValuePair.Create(run.Key, Read(run.Value!)))]);
                AgreementPicture.Write(Path.Combine(folder, "agreement.png"), matrix, configuration.Name);
                result.Add(KeyValuePair.Create(configuration.Name, matrix));
            }
        }

        return result;
    }

    private static SplitPredictions Read(string folder) => PredictionFile.Read(Path.Combine(folder, PredictionsName));
}
