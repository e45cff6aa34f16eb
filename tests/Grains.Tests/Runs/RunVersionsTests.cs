using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Runs;

public sealed class RunVersionsTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Run_StoppedAndResumed_FolderSaysWhatTrainedItEachTime()
    {
        string folder = silo.NewFolder();
        await silo.RunAsync(
            TestRun.Configuration(epochs: 3), folder, false, (run, e) => e is StepEvent { Step: >= 3 } ? run.StopAsync(false) : Task.CompletedTask);
        await silo.RunAsync(TestRun.Configuration(epochs: 3), folder, resume: true);

        JsonElement[] lines = [.. File.ReadLines(Path.Combine(folder, RunVersions.FileName)).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([1, 2], lines.Select(line => line.GetProperty("generation").GetInt32()));
        Assert.All(lines, line =>
        {
            Assert.Equal(silo.Silo, line.GetProperty("silo").GetString());
            Assert.Equal("cpu:0", Assert.Single(line.GetProperty("devices").EnumerateArray()).GetString());
            Assert.All(
                ["time", "actors", "net", "orleans", "torchsharp", "libtorch", "cuda", "driver", "os", "processor"],
                key => Assert.NotEqual("", line.GetProperty(key).GetString()));
            Assert.Equal(JsonValueKind.Array, line.GetProperty("gpus").ValueKind);
        });
    }

    [Fact]
    public async Task Append_NewerGenerationHasTheFolder_LeavesItsFile()
    {
        string folder = Directory.CreateDirectory(silo.NewFolder()).FullName;
        string path = Path.Combine(folder, RunVersions.FileName);
        File.WriteAllText(path, "newer\n");
        RunPlan plan = await silo.PlanAsync(TestRun.Configuration());
        Lane files = silo.Services.GetRequiredService<Lanes>().Files;

        await Assert.ThrowsAsync<RunFencedException>(
            () => RunVersions.AppendAsync(silo.Grains, files, plan, folder, 1, DateTimeOffset.UnixEpoch, () => false));

        Assert.Equal("newer\n", File.ReadAllText(path));
    }
}
