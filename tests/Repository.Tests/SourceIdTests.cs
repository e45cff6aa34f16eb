using System.Text.Json;

namespace Actors.Repository.Tests;

/// <summary>The id of the sources that tells builds apart, as MSBuild computes it for a copy of them; nothing is built.</summary>
public sealed class SourceIdTests : IDisposable
{
    private static readonly string[] Folders = ["src/Contracts", "src/Learning", "src/Grains", "src/Silo", "eng"];
    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("actors-source-id-");

    public SourceIdTests()
    {
        string[] files =
        [
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
            .. Folders.SelectMany(folder => Repository.Files(folder, "*")),
        ];
        foreach (string file in files)
        {
            Write(file, Repository.Read(file));
        }
    }

    public void Dispose() => copy.Delete(recursive: true);

    [Fact]
    public async Task Identify_AnotherClone_IsTheSameUntilAFileChanges()
    {
        const string File = "src/Silo/Actors.Silo.csproj"; // Silo comes after Grains, which has the id
        Write("src/Silo/obj/Made.cs", "// not a source");
        string here = await IdOfAsync(Repository.Root, "Debug"), there = await IdOfAsync(copy.FullName, "Release");
        Write(File, Repository.Read(File) + "\n");
        string changed = await IdOfAsync(copy.FullName, "Release");
        Assert.Matches("^[0-9a-f]{8}$", here);
        Assert.Equal(here, there);
        Assert.NotEqual(here, changed);
    }

    private static async Task<string> IdOfAsync(string root, string configuration)
    {
        string project = Path.Combine(root, "src/Grains/Actors.Grains.csproj");
        JsonElement told = await MsBuild.ToldAsync(
            project, "-t:IdentifySources", "-getProperty:SourceId", "-getProperty:Version", $"-p:Configuration={configuration}");
        return told.GetProperty("Properties").GetProperty("SourceId").GetString()!;
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(copy.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
