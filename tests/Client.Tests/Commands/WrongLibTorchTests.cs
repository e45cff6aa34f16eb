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

    /// <summary>A process of its own, for this one has loaded libtorch.</summary>
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string argument)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "actors"), [argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ACTORS_LIBTORCH"] = "/nonexistent" },
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
