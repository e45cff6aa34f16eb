using System.Diagnostics;

namespace Actors.Client.Tests.Commands;

public class WrongLibTorchTests
{
    private const string Rule = "ACTORS_LIBTORCH must name a folder with libtorch_cpu.so, but '/nonexistent' has none.";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Doctor_WrongFolder_SaysSoAndGoesOnWithTheRest()
    {
        (int exitCode, string output, string error) = await RunAsync("doctor");

        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains($"fail  libtorch  It does not load: {Rule}", output, StringComparison.Ordinal);
        Assert.Contains("MiB free", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_WrongFolder_IsOneErrorThatNamesIt()
    {
        (int exitCode, string output, string error) = await RunAsync("methods");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"error: {Rule}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_WrongFolder_TellsTheOtherVersions()
    {
        (int exitCode, string output, string error) = await RunAsync("--version");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(Rule, output, StringComparison.Ordinal);
        Assert.Contains("torchsharp 0.107.0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.4.0+cu121", "must name a libtorch 2.10 or 2.11, which TorchSharp 0.107 works with, but '{0}' has 2.4.0+cu121.")]
    [InlineData("2.11.0+cu130", "names libtorch 2.11.0+cu130 in {0}, which does not load: {0}/libtorch_cpu.so: file too short.")]
    public async Task Doctor_LibTorchThatIsOfNoUse_NamesItsVersionAndTheOnesThatAre(string version, string expected)
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("actors-torch-"), torch = root.CreateSubdirectory("torch");
        try
        {
            string lib = torch.CreateSubdirectory("lib").FullName;
            File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
            File.WriteAllText(Path.Combine(torch.FullName, "version.py"), $"__version__ = '{version}'\n");

            (int exitCode, string output, _) = await RunAsync("doctor", lib);

            Assert.Equal(1, exitCode);
            string told = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); // however its lines are broken
            Assert.Contains($"fail libtorch It does not load: ACTORS_LIBTORCH {string.Format(null, expected, lib)}", told, StringComparison.Ordinal);
            Assert.DoesNotContain("or set ACTORS_LIBTORCH", told, StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>A process of its own, for this one has loaded libtorch.</summary>
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string argument, string libtorch = "/nonexistent")
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "actors"), [argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ACTORS_LIBTORCH"] = libtorch },
        })!;
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            bound.CancelAfter(Most);
            Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token), error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(); // does nothing to one that has ended
        }
    }
}
