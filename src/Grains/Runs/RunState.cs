using System.Text.Json;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>
/// Where a run stands; <c>state.json</c> of a checkpoint. Everything random is a function of the step, so that this is all it takes to go on.
/// </summary>
/// <param name="Step">Steps taken.</param>
/// <param name="BestStep">Step of the best evaluation on validation; null before the first.</param>
/// <param name="BestAccuracy">Its accuracy, in [0, 1].</param>
/// <param name="DataDigest">Digest of the data trained on.</param>
/// <param name="Coefficients">k of the last step told, [M].</param>
internal sealed record RunState(long Step, long? BestStep, double BestAccuracy, string DataDigest, double[] Coefficients)
{
    public const string FileName = "state.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static RunState Read(Checkpoint checkpoint) =>
        JsonSerializer.Deserialize<RunState>(checkpoint.ReadText(FileName), Json)
        ?? throw new CheckpointException($"{checkpoint.Folder}/{FileName}: is empty. Use an earlier checkpoint.");

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
