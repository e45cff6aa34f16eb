namespace Actors.Repository.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    /// <summary>Folder that holds Actors.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Source files, without build outputs, as paths relative to <see cref="Root"/>.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Actors.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"Actors.sln must lie above {AppContext.BaseDirectory}.");
    }
}
