using Actors.Grains.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Runs;

public sealed class RunWorkersTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Save_CannotBeWritten_NamesTheFileAndTrainingGoesOn()
    {
        var workers = new RunWorkers(silo.Grains, "unsaved", 1, TestRun.Configuration(shards: 2, batch: 8));
        await workers.PrepareAsync();
        await workers.TrainAsync(0, 3, synchronizeAtEnd: false);
        string absent = Path.Combine(silo.Root, "absent");
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() => workers.SaveAsync(absent));
        Assert.Contains(absent, failure.Message);
        Assert.Equal(2, (await workers.TrainAsync(3, 6, synchronizeAtEnd: false)).Length);
        await workers.ReleaseAsync();
    }
}
