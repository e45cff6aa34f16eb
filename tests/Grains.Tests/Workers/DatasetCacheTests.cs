using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Data;

namespace Actors.Grains.Tests.Workers;

public sealed class DatasetCacheTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-cache-").FullName;

    [Fact]
    public async Task OpenAsync_CsvThatGotARowWhileItIsOpen_GivesTheRowAndLeavesTheOtherOpen()
    {
        RunConfiguration run = Sounds.Configuration(folder, "joint");
        DatasetOptions options = LearningOptions.Dataset(run.Data);
        using var datasets = new DatasetCache();
        using DatasetCache.Lease planned = await datasets.OpenAsync(options), shared = await datasets.OpenAsync(options);
        Assert.Same(planned.Dataset, shared.Dataset);

        File.AppendAllText(run.Data.Path, "late,low,train,site0,0.wav\n");
        using DatasetCache.Lease next = await datasets.OpenAsync(options);
        Assert.Equal(planned.Dataset.Samples(Split.Train).Count + 1, next.Dataset.Samples(Split.Train).Count);
        planned.Dataset.Load("sound", Split.Train, [0]).Dispose();
    }

    [Fact]
    public async Task OpenAsync_LabelsChangedWithinTheSameLength_GivesTheNewOnes()
    {
        RunConfiguration run = Sounds.Configuration(folder, "joint");
        DatasetOptions options = LearningOptions.Dataset(run.Data);
        using var datasets = new DatasetCache();
        using DatasetCache.Lease planned = await datasets.OpenAsync(options);

        File.WriteAllText(run.Data.Path, File.ReadAllText(run.Data.Path).Replace(",low,", ",new,", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(run.Data.Path, File.GetLastWriteTimeUtc(run.Data.Path).AddSeconds(1)); // coarse clocks of file systems
        using DatasetCache.Lease next = await datasets.OpenAsync(options);
        Assert.Equal(["high", "new"], next.Dataset.Classes);
    }

    [Fact]
    public async Task KeepAsync_OthersOpenItToo_EndsThenAndNotBefore()
    {
        DatasetOptions options = LearningOptions.Dataset(Sounds.Configuration(folder, "joint").Data);
        using var datasets = new DatasetCache();
        DatasetCache.Lease[] planned = [await datasets.OpenAsync(options), await datasets.OpenAsync(options)]; // two shards of one plan
        IDataset opened = planned[0].Dataset;
        Task kept = datasets.KeepAsync(planned, TimeSpan.FromHours(1), TimeProvider.System);
        Assert.False(kept.IsCompleted);
        using DatasetCache.Lease worker = await datasets.OpenAsync(options);
        await kept.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Same(opened, worker.Dataset);
        worker.Dataset.Load("sound", Split.Train, [0]).Dispose(); // still open
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
