using System.Text.RegularExpressions;

namespace Actors.Repository.Tests;

public partial class SourceFileTests
{
    private const int MostLines = 300;
    private const int MostCharacters = 160; // as .editorconfig has it

    public static TheoryData<string> Sources =>
        [.. Repository.Files("src", "*.cs").Concat(Repository.Files("benchmarks", "*.cs"))
            .Where(path => !path.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal))];

    public static TheoryData<string> SourcesAndTests => [.. Sources.Select(source => source.Data), .. Repository.Files("tests", "*.cs")];

    [Theory]
    [MemberData(nameof(SourcesAndTests))]
    public void File_Always_IsShort(string path)
    {
        int lines = File.ReadLines(Path.Combine(Repository.Root, path)).Count();
        Assert.True(lines <= MostLines, $"{path} has {lines} lines; {MostLines} is the ceiling. Split it.");
    }

    [Theory]
    [MemberData(nameof(SourcesAndTests))]
    public void Lines_Always_AreShort(string path)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, path));
        Assert.All(lines, line => Assert.True(
            line.Length <= MostCharacters,
            $"{path} has a line of {line.Length} characters; {MostCharacters} is the ceiling: {line.Trim()}"));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void SourceFile_Always_HoldsOneTypeNamedAsItself(string path)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, path));
        string[] types = [.. lines.Select(line => TopLevelType().Match(line)).Where(m => m.Success).Select(m => m.Groups["name"].Value).Distinct()];
        string name = Path.GetFileName(path).Split('.')[0];
        Assert.True(types.Length <= 1, $"{path} holds {string.Join(", ", types)}; one top-level type a file.");
        Assert.True(types.Length == 0 || types[0] == name, $"{path} holds {types.FirstOrDefault()}; a file is named as its type.");
    }

    /// <summary>Time comes in from outside: the clock is named where a process is put together.</summary>
    [Fact]
    public void Sources_ThatWait_GoByTheClockTheyAreGiven()
    {
        (string Path, string Text)[] lines = [.. Repository.Files("src", "*.cs")
            .SelectMany(path => File.ReadLines(Path.Combine(Repository.Root, path)), (path, line) => (path, line))];
        Assert.DoesNotContain(lines, line => WaitWithoutClock().IsMatch(line.Text));
        Assert.Equal(
            ["src/Client/Commands/CommandContext.cs", "src/Grains/GrainsServices.cs"],
            lines.Where(line => line.Text.Contains("TimeProvider.System", StringComparison.Ordinal)).Select(line => line.Path).Distinct());
    }

    [Fact]
    public void SourceFolders_Never_AreCatchAlls() =>
        Assert.DoesNotContain(
            Repository.Files("src", "*.cs").SelectMany(path => path.Split('/', '.')),
            part => part is "Utils" or "Utilities" or "Helpers" or "Helper" or "Common" or "Misc" or "Managers");

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|unsafe|ref)\s+)*"
        + @"(?:class|interface|enum|struct|delegate\s+\S+|record(?:\s+(?:class|struct))?)\s+(?<name>\w+)")]
    private static partial Regex TopLevelType();

    [GeneratedRegex(
        @"(Task\.Delay\(|new CancellationTokenSource\((?!\)))(?!.*\b[tT]ime\b)|\.CancelAfter\(|DateTime(Offset)?\.(Utc)?Now|Thread\.Sleep")]
    private static partial Regex WaitWithoutClock();
}
