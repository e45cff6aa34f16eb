using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actors.Client.Commands;

namespace Actors.Client.Running;

/// <summary>What trained a run on this machine: a line of JSON in its folder each time it is begun or resumed.</summary>
internal static class RunVersions
{
    public const string File = "versions.jsonl";

    // Linux tells of both in lines of "key : value"; elsewhere these are not there.
    private const string Processors = "/proc/cpuinfo";
    private const string Gpus = "/proc/driver/nvidia/gpus";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds a line for this process.</summary>
    /// <param name="order">The run.</param>
    /// <param name="now">When it was begun or resumed.</param>
    /// <param name="warnings">Told where it could not be written; the run goes on without.</param>
    public static void Append(TrainingOrder order, DateTimeOffset now, TextWriter warnings)
    {
        string path = Path.Combine(order.Folder, File);
        try
        {
            var line = new OrderedDictionary<string, object> { ["time"] = now };
            foreach ((string name, string version) in VersionReport.Lines())
            {
                line[name.TrimStart('.')] = version;
            }

            line["os"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";
            line["processor"] = Values(Processors, "model name").FirstOrDefault() ?? "unknown";
            line["gpus"] = Directory.Exists(Gpus) ? Directory.GetFiles(Gpus, "information", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(file => Values(file, "Model")).ToArray() : [];
            line["devices"] = order.Configuration.Placement.Devices;
            System.IO.File.AppendAllText(path, JsonSerializer.Serialize(line, Json) + "\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            warnings.WriteLine($"warning: {path} does not say which versions train the run now: {failure.Message}");
        }
    }

    private static IEnumerable<string> Values(string file, string key) => System.IO.File.Exists(file)
        ? System.IO.File.ReadLines(file).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2 && parts[0].Trim() == key).Select(parts => parts[1].Trim())
        : [];
}
