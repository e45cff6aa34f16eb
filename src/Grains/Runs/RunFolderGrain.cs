using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Learning.Evaluation;
using Orleans.Concurrency;

namespace Actors.Grains.Runs;

/// <inheritdoc cref="IRunFolderGrain"/>
[StatelessWorker, GrainType("run-folder")]
internal sealed class RunFolderGrain(Lanes lanes) : Grain, IRunFolderGrain
{
    private const int MostBytes = 1 << 20;

    public async Task<ImmutableArray<RunEvent>> SummaryAsync()
    {
        string path = Path.Combine(await FolderAsync(), RunFiles.Metrics);
        return await lanes.Files.Run(() => Summary(path));
    }

    public async Task<byte[]> PredictionsAsync(long offset)
    {
        string path = Path.Combine(await FolderAsync(), PredictionFile.TestName);
        return await lanes.Files.Run(() => Piece(path, offset));
    }

    public async Task<EvaluationEvent?> EvaluationAsync()
    {
        string folder = await FolderAsync();
        return await lanes.Files.Run(() => EvaluationFile.Read(folder));
    }

    private static ImmutableArray<RunEvent> Summary(string path)
    {
        List<RunEvent> told = []; // every status, and what came before it: how long the run was under way
        RunEvent? last = null, checkpoint = null, validation = null, test = null;
        foreach (RunEvent next in File.Exists(path) ? Events(path) : [])
        {
            if (next is StatusEvent)
            {
                told.AddRange(last is null ? [next] : [last, next]);
            }

            last = next;
            checkpoint = next as CheckpointEvent ?? checkpoint;
            validation = next is EvaluationEvent { Split: SplitName.Validation, Best: true } ? next : validation;
            test = next is EvaluationEvent { Split: SplitName.Test } ? next : test;
        }

        IEnumerable<RunEvent> all = told.Concat(new[] { checkpoint, validation, test, last }.OfType<RunEvent>());
        return [.. all.DistinctBy(one => one.Sequence).OrderBy(one => one.Sequence)];
    }

    private static IEnumerable<RunEvent> Events(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            RunEvent told;
            try
            {
                told = RunEventJson.Read(line);
            }
            catch (JsonException)
            {
                continue; // the line that is being written, or that a kill cut short
            }

            yield return told;
        }
    }

    private static byte[] Piece(string path, long offset)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] piece = new byte[Math.Clamp(file.Length - offset, 0, MostBytes)];
        file.Position = offset;
        file.ReadExactly(piece);
        return piece;
    }

    private async Task<string> FolderAsync() =>
        (await GrainFactory.GetGrain<IRunDirectoryGrain>(0).FindAsync(this.GetPrimaryKeyString()))?.Folder
        ?? throw new InvalidOperationException($"No run '{this.GetPrimaryKeyString()}' is in the cluster.");
}
