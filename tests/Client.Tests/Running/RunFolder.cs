using Actors.Client.Running;
using Actors.Client.Tests.Configuration;
using Actors.Client.Tests.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Running;

/// <summary>A folder of runs in the temporary folder, as trainings leave them.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("actors-runs-").FullName;

    /// <summary>Writes a finished run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">Its method.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="accuracy">On test.</param>
    /// <param name="end">What else is in its metrics.</param>
    /// <param name="day">Days after the other runs.</param>
    public string Write(string name, string method = "mlb", long seed = 0, double accuracy = 0.5, string end = "", int day = 0)
    {
        var configuration = Configurations.Resolve(Configurations.Shortest + $"method: {{name: {method}}}", [$"seed={seed}"], name: name);
        configuration = configuration with { Data = configuration.Data with { Path = "/data" } }; // each read is from a folder of its own
        string folder = new RunFolders(Root).Create([configuration])[0];
        IEnumerable<RunEvent> events = RecordedRun.Events.Select(
            happened => happened is EvaluationEvent { Split: "test" } test ? test with { Accuracy = accuracy } : happened);
        events = events.Select(happened => happened with { Time = happened.Time.AddDays(day) });
        File.WriteAllText(Path.Combine(folder, RunFiles.Metrics), string.Concat(events.Select(happened => RunEventJson.Write(happened) + "\n")) + end);
        return folder;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
