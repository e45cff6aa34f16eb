using Actors.Client.Configuration;
using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Actors.Client.Tests.Cluster;

/// <summary>What the run directory keeps outlives the silo that wrote it.</summary>
public sealed class RunDirectoryStorageTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Deserialize_RunFromStorage_IsTheRunThatWasWritten()
    {
        await cluster.StartAsync(cluster.Short, "kept");
        RegisteredRun run = await cluster.WaitAsync("kept", "completed", run => run.Status == RunStatus.Completed);
        IGrainStorageSerializer storage = cluster.Services.GetRequiredService<IGrainStorageSerializer>();

        var written = new Dictionary<string, RegisteredRun> { ["kept"] = run };
        Dictionary<string, RegisteredRun>? runs = storage.Deserialize<Dictionary<string, RegisteredRun>>(storage.Serialize(written));

        Assert.NotNull(runs);
        RegisteredRun read = runs["kept"];

        Assert.Equal(RunConfigurationWriter.Write(run.Configuration), RunConfigurationWriter.Write(read.Configuration));
        Assert.Equal(run with { Configuration = read.Configuration }, read);
    }
}
