using System.Text.Json;
using Actors.Client.Tests.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Commands;

public sealed class ListCommandTests : IDisposable
{
    private readonly RunFolder folder = new();
    private readonly Terminal terminal = new();

    [Theory]
    [InlineData(RunFiles.Configuration, "")]
    [InlineData(RunFiles.Configuration, "name: [a")]
    [InlineData(RunFiles.Configuration, "\0\0\0\0")]
    [InlineData(RunFiles.Metrics, "what\n")]
    [InlineData(RunFiles.Metrics, "{}\n")]
    public async Task List_OneFolderIsDamaged_ShowsTheOthersAndWhatIsWrong(string file, string content)
    {
        folder.Write("alpha", accuracy: 0.75);
        string damaged = folder.Write("beta");
        File.WriteAllText(Path.Combine(damaged, file), content);

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("list", "--output", folder.Root));

        Assert.Matches(@"alpha\s.*completed.*mlb.*75\.00", terminal.Output);
        Assert.Matches(@"beta\s.*damaged", terminal.Output);
        Assert.Contains($"beta: {Path.Combine(damaged, file)}:1: ", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_JsonWithADamagedFolder_HasItAmongTheRuns()
    {
        folder.Write("alpha");
        string damaged = folder.Write("beta");
        File.WriteAllText(Path.Combine(damaged, RunFiles.Metrics), "{}\n");

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("list", "--output", folder.Root, "--format", "json"));

        Dictionary<string, JsonElement> runs = terminal.Json.GetProperty("data").EnumerateArray().ToDictionary(run => run.GetProperty("name").GetString()!);
        Assert.Equal(["completed", "damaged"], [runs["alpha"].GetProperty("status").GetString(), runs["beta"].GetProperty("status").GetString()]);
        Assert.Equal(damaged, runs["beta"].GetProperty("folder").GetString());
        Assert.Contains("metrics.jsonl:1: ", runs["beta"].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "gamma beta alpha")]
    [InlineData("--sort name", "alpha beta gamma")]
    [InlineData("--sort test", "beta alpha gamma")]
    [InlineData("--sort test --limit 1", "beta")]
    [InlineData("--status completed", "beta alpha")]
    [InlineData("--status stopped", "gamma")]
    [InlineData("--status failed", "")]
    public async Task List_StatusSortLimit_ShowsThoseInThatOrder(string arguments, string expected)
    {
        string[] folders = [folder.Write("alpha", accuracy: 0.5), folder.Write("beta", accuracy: 0.75, day: 1), folder.Write("gamma", day: 2)];
        string metrics = Path.Combine(folders[2], RunFiles.Metrics);
        File.WriteAllLines(metrics, File.ReadAllLines(metrics)[..5]); // as a kill leaves it: stopped, not tested
        for (int i = 0; i < folders.Length; i++)
        {
            Directory.SetLastWriteTimeUtc(folders[i], new DateTime(2026, 1, 9 - i, 0, 0, 0, DateTimeKind.Utc)); // 'show' writes there, too
        }

        string[] more = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync(["list", "--output", folder.Root, "--format", "json", .. more]));

        Assert.Equal(expected, string.Join(" ", terminal.Json.GetProperty("data").EnumerateArray().Select(run => run.GetProperty("name").GetString())));
    }

    [Fact]
    public async Task List_FolderThatWasMovedOrCopied_HasTheNameByWhichItIsFound()
    {
        Directory.Move(folder.Write("beta"), Path.Combine(folder.Root, "moved"));

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("list", "--output", folder.Root, "--format", "json"));

        string name = Assert.Single(terminal.Json.GetProperty("data").EnumerateArray()).GetProperty("name").GetString()!;
        Assert.Equal(ExitCode.Ok, await new Terminal().RunAsync("show", name, "--output", folder.Root));
    }

    [Theory]
    [InlineData("--status done", "completed")]
    [InlineData("--sort accuracy", "validation")]
    [InlineData("--limit 0", "--limit must be a whole number ≥ 1")]
    [InlineData("--cluster localhost:1 --sort test", "changed or name")]
    [InlineData("--cluster-id lab", "--cluster-id means something only with --cluster or --profile")]
    [InlineData("--cluster localhost:1 --output runs", "--output means something only without a cluster")]
    public async Task List_OptionAtFault_IsBadInput(string arguments, string message)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync(["list", .. arguments.Split(' ')]));
        Assert.Contains(message, terminal.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
