using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>What trains a run: a line of JSON in its folder for each silo of each of its generations.</summary>
internal static class RunVersions
{
    /// <summary>Name of the file, in the run's folder.</summary>
    public const string FileName = "versions.jsonl";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Asks the silos of a plan and adds a line for each. A silo that does not answer has none; its workers tell of it.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="files">Where the file is written.</param>
    /// <param name="plan">Of the generation.</param>
    /// <param name="folder">The run's.</param>
    /// <param name="generation">Its number.</param>
    /// <param name="now">When it began.</param>
    /// <param name="isOwn">False once a newer generation has the folder.</param>
    /// <exception cref="RunFencedException">A newer generation has the folder, whose file is as it was.</exception>
    public static async Task AppendAsync(
        IGrainFactory grains, Lane files, RunPlan plan, string folder, int generation, DateTimeOffset now, Func<bool> isOwn)
    {
        string?[] lines = await Task.WhenAll(plan.Workers.GroupBy(worker => worker.Silo).Select(silo => LineAsync(grains, silo, generation, now)));
        string path = Path.Combine(folder, FileName);
        try
        {
            if (!await files.Run(() => DurableFile.TryReplace(path, $"{Before(path)}{string.Concat(lines)}", isOwn)))
            {
                throw new RunFencedException();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk is full or closed to us. Checkpoints tell the person.
        }
    }

    private static string Before(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static async Task<string?> LineAsync(IGrainFactory grains, IGrouping<string, WorkerPlace> silo, int generation, DateTimeOffset now)
    {
        try
        {
            MachineReport machine = await grains.GetGrain<ISiloGrain>(PinnedKey.Of("", silo.Key)).ReportAsync();
            var line = new JsonObject
            {
                ["time"] = now,
                ["generation"] = generation,
                ["silo"] = silo.Key,
                ["devices"] = JsonSerializer.SerializeToNode(silo.Select(worker => worker.Device).Distinct()),
            };
            foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(machine, Json)!.AsObject())
            {
                line[name] = value?.DeepClone();
            }

            return line.ToJsonString(Json) + "\n";
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return null;
        }
    }
}
