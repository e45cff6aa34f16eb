using System.Text.Json;
using Actors.Client.Commands;
using Actors.Contracts.Events;
using Actors.Grains.Runs;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>What happened in a run, from its folder.</summary>
internal static class RunHistory
{
    /// <summary>The events in their order; none where the run has written none yet.</summary>
    /// <remarks>A last line without its end was cut off when the process died, and is left out; the one before it is whole.</remarks>
    /// <exception cref="CommandFailure">A line is no event; names file and line.</exception>
    public static IReadOnlyList<RunEvent> Read(string folder)
    {
        string path = Path.Combine(folder, RunFiles.Metrics);
        if (!File.Exists(path))
        {
            return [];
        }

        // Shared, for a run that goes on may be writing.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n');
        var events = new List<RunEvent>();
        for (int i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                events.Add(RunEventJson.Read(lines[i]));
            }
            catch (JsonException failure)
            {
                throw new CommandFailure(
                    ExitCode.BadInput, $"{path}:{i + 1}: a line must be a run event in JSON, but is not: {failure.Message} Remove the line to read the rest.");
            }
        }

        return events;
    }

    /// <summary>The test that was taken apart from the training; null where there is none.</summary>
    /// <exception cref="CommandFailure">It is damaged; names the file.</exception>
    public static EvaluationEvent? Evaluation(string folder)
    {
        try
        {
            return EvaluationFile.Read(folder);
        }
        catch (JsonException failure)
        {
            string path = Path.Combine(folder, EvaluationFile.FileName);
            throw new CommandFailure(
                ExitCode.BadInput, $"{path} must be a test's result in JSON, but is not: {failure.Message} Remove it, and evaluate the run again.");
        }
    }
}
