using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Grains.Diagnostics;
using Actors.Learning.Checkpoints;
using Actors.Learning.Evaluation;

namespace Actors.Client.Artifacts;

/// <summary>What a run's folder shows besides its metrics: a summary and pictures. All from its files, so that a killed run's can be made again.</summary>
internal static class RunReport
{
    public const string SummaryFile = "summary.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes all of it anew.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="warnings">Receives what could not be written; the run itself is untouched by that.</param>
    public static void Write(string folder, TextWriter warnings)
    {
        try
        {
            IReadOnlyList<RunEvent> events = RunHistory.Read(folder);
            DurableFile.Replace(Path.Combine(folder, SummaryFile), JsonSerializer.Serialize(RunSummary.Read(folder), Json));
            if (!events.OfType<StepEvent>().Any())
            {
                return;
            }

            LearningPicture.Write(Path.Combine(folder, "loss-accuracy.png"), events);
            BalancePicture.Write(Path.Combine(folder, "balance.png"), events);
            string predictions = Path.Combine(folder, PredictionFile.TestName);
            if (File.Exists(predictions))
            {
                ReliabilityPicture.Write(Path.Combine(folder, "reliability.png"), PredictionFile.Read(predictions));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or ConfigurationException
            or CommandFailure or TypeInitializationException or DllNotFoundException)
        {
            string cause = NativeFault.CauseOf(failure).Message.ReplaceLineEndings(" ");
            warnings.WriteLine($"warning: the report of {folder} is not whole: {cause} Make it again with: actors show {folder}");
        }
    }
}
