using System.Text.RegularExpressions;

namespace Actors.Learning.Native;

/// <summary>Which libtorch a folder has. TorchSharp itself only tells what it was built for.</summary>
internal static partial class TorchVersion
{
    /// <summary>What TorchSharp 0.107 was built for.</summary>
    public const string BuiltFor = "2.10.0";

    /// <summary>Versions that were run with it.</summary>
    public const string Known = "2.10 or 2.11";

    /// <summary>Reads it; null where nothing beside the folder tells.</summary>
    /// <param name="folder">Folder of libtorch_cpu.so.</param>
    public static string? Of(string folder)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(folder).TrimEnd('/')) ?? folder;
        string python = IsOfPython(folder) ? Path.Combine(parent, "version.py") : "";
        Match found = File.Exists(python) ? Assigned().Match(File.ReadAllText(python)) : Packaged().Match(Path.GetFullPath(folder));
        return found.Success ? found.Groups["version"].Value : null;
    }

    /// <summary>True for a PyTorch's own torch/lib.</summary>
    public static bool IsOfPython(string folder) => Path.GetFullPath(folder).TrimEnd('/').EndsWith("/torch/lib", StringComparison.Ordinal);

    /// <summary>True for one that was run, or might be.</summary>
    public static bool IsKnown(string? version) => version is null || Run().IsMatch(version);

    [GeneratedRegex("""^__version__ = ['"](?<version>[^'"]+)['"]""", RegexOptions.Multiline)]
    private static partial Regex Assigned();

    [GeneratedRegex("/libtorch-[^/]+/(?<version>[0-9][^/]*)/runtimes/")]
    private static partial Regex Packaged();

    [GeneratedRegex(@"^2\.1[01](\D|$)")]
    private static partial Regex Run();
}
