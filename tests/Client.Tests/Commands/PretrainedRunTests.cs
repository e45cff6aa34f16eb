namespace Actors.Client.Tests.Commands;

/// <summary>A run that begins with the weights of another.</summary>
public sealed class PretrainedRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-pretrained-").FullName;

    private string Runs => Path.Combine(folder, "runs");

    [Fact]
    public async Task Evaluate_WeightsGoneSinceTheRun_AsksForTheCheckpointAlone()
    {
        string yaml = Path.Combine(folder, "run.yaml");
        File.WriteAllText(yaml, """
            data: {dataset: synthetic, noise: [1]}
            modalities: {m0: {}}
            method: {name: joint}
            training: {epochs: 1, batch_size: 64}
            """);
        Assert.Equal((ExitCode.Ok, ""), await RunAsync("train", yaml, "--name", "first"));
        string weights = Directory.GetFiles(Path.Combine(Runs, "first"), "encoder.m0.safetensors", SearchOption.AllDirectories).Single();
        Assert.Equal((ExitCode.Ok, ""), await RunAsync("train", yaml, "--name", "second", "--set", $"modalities.m0.weights={weights}"));
        File.Delete(weights);
        Assert.Equal((ExitCode.Ok, ""), await RunAsync("evaluate", "second"));
        Assert.Contains("is completed", (await RunAsync("resume", "second")).Error, StringComparison.Ordinal); // the file is not what it lacks
        string again = (await RunAsync("train", Path.Combine(Runs, "second", "config.yaml"), "--name", "third")).Error;
        Assert.Contains($"'{weights}' is not there", again, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(ExitCode ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        var terminal = new Terminal();
        ExitCode exitCode = await terminal.RunAsync([.. arguments, "--output", Runs]);
        return (exitCode, exitCode == ExitCode.Ok ? "" : terminal.Error);
    }
}
