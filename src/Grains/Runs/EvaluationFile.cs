using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>The test of a run apart from its training, <c>evaluation.json</c>: until the run goes on, this is the test that counts.</summary>
public static class EvaluationFile
{
    /// <summary>Name of the file, in the run's folder.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>Writes it durably.</summary>
    public static void Write(string folder, EvaluationEvent evaluation) =>
        DurableFile.Replace(Path.Combine(folder, FileName), RunEventJson.Write(evaluation) + "\n");

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="JsonException">It is no evaluation.</exception>
    public static EvaluationEvent? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return !File.Exists(path) ? null
            : RunEventJson.Read(File.ReadAllText(path)) as EvaluationEvent ?? throw new JsonException("The event is no evaluation.");
    }

    /// <summary>Removes it: the run goes on, and its end is taken again.</summary>
    public static void Discard(string folder) => File.Delete(Path.Combine(folder, FileName));
}
