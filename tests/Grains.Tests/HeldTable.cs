using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Contracts.Runs;

namespace Actors.Grains.Tests;

/// <summary>A manifest that is read until the test lets it end: a pipe.</summary>
internal sealed class HeldTable : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-held-").FullName;
    private FileStream? writer;

    /// <summary>Makes the pipe.</summary>
    public HeldTable()
    {
        RequiredProgram.SkipWithout("mkfifo", "coreutils");
        using Process made = Process.Start("mkfifo", [Table]);
        made.WaitForExit();
    }

    private string Table => Path.Combine(folder, "data.csv");

    /// <summary>A run that reads it.</summary>
    public RunConfiguration Run => TestRun.Configuration() with
    {
        Data = new DataConfiguration
        {
            Dataset = "manifest",
            Path = Table,
            Seed = 1,
            Manifest = new ManifestConfiguration
            {
                Audio = ImmutableDictionary<string, AudioConfiguration>.Empty.Add(
                    "m0", new AudioConfiguration { SampleRateHz = 8000, DurationSeconds = 0.1, FftSize = 64, HopSize = 32 }),
                Image = ImmutableDictionary<string, ImageConfiguration>.Empty,
            },
        },
    };

    /// <summary>Completes when somebody reads it.</summary>
    public async Task ReadAsync() => writer = await Task.Run(() => new FileStream(Table, FileMode.Open, FileAccess.Write)).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Ends it: an empty table.</summary>
    public void End() => writer?.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        Directory.Delete(folder, recursive: true);
    }
}
