using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Configuration;

/// <summary>Configurations that tests begin from, read from real files.</summary>
internal static class Configurations
{
    /// <summary>The shortest that is whole; line numbers in tests count from its end.</summary>
    public const string Shortest = """
        data: {dataset: av-digits, path: .}
        modalities: {audio: {encoder: convnet}, image: {encoder: convnet}}

        """;

    public static ConfigurationReading Read(
        string yaml,
        string[]? set = null,
        Dictionary<string, string>? environment = null,
        string? name = null,
        bool checkMachine = false,
        bool forCluster = false)
    {
        string folder = Directory.CreateTempSubdirectory("actors-").FullName;
        try
        {
            string file = Path.Combine(folder, "run.yaml");
            File.WriteAllText(file, yaml);
            return ConfigurationReader.Read(new ConfigurationSource
            {
                File = file,
                Set = set ?? [],
                Environment = environment ?? [],
                Name = name,
                CheckMachine = checkMachine,
                ForCluster = forCluster,
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static RunConfiguration Resolve(string yaml, string[]? set = null, Dictionary<string, string>? environment = null, string? name = null) =>
        Read(yaml, set, environment, name).Configuration;

    /// <summary>Faults as printed, with the file's folder left out: <c>run.yaml:3: …</c>.</summary>
    public static string[] Faults(string yaml, string[]? set = null, Dictionary<string, string>? environment = null, bool checkMachine = false)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read(yaml, set, environment, checkMachine: checkMachine));
        return [.. failure.Faults.Select(fault => Shorten(fault.ToString()))];
    }

    private static string Shorten(string fault)
    {
        int end = fault.IndexOf("run.yaml:", StringComparison.Ordinal);
        return end < 0 ? fault : fault[end..];
    }
}
