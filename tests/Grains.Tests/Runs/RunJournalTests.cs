using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

public sealed class RunJournalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-journal-").FullName;
    private readonly Lane files = new("files", threads: null), others = new("other process", threads: null);

    private string Metrics => Path.Combine(folder, RunFiles.Metrics);

    public void Dispose()
    {
        files.Dispose();
        others.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Append_ManyBeforeTheFirstIsWritten_EachIsInTheFileOnce()
    {
        const int Count = 5000;
        RunJournal journal = Journal(files);
        await journal.OpenAsync(null, () => true);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => journal.AppendAsync(Status())).ToArray()); // a turn tells while the lane of files writes
        Assert.Equal(Enumerable.Range(0, Count).Select(n => (long)n), File.ReadLines(Metrics).Select(line => RunEventJson.Read(line).Sequence));
    }

    [Fact]
    public async Task Open_NewerGenerationHasTheFile_IsFencedAndTheFileIsAsItWas()
    {
        RunJournal newer = Journal(others);
        await newer.OpenAsync(null, () => true);
        await newer.AppendAsync(Status());
        string before = File.ReadAllText(Metrics);
        await Assert.ThrowsAsync<RunFencedException>(() => Journal(files).OpenAsync(0, () => false));
        Assert.Equal(before, File.ReadAllText(Metrics));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Open_NewerGenerationComesBetweenItsLookAndItsWrite_IsFencedAndTheFileIsTheNewerOnes()
    {
        RunJournal newer = Journal(others);
        Func<bool> look = () =>
        {
            newer.OpenAsync(null, () => true).GetAwaiter().GetResult(); // the older one hangs after its look
            newer.AppendAsync(Status()).GetAwaiter().GetResult();
            return true;
        };
        await Assert.ThrowsAsync<RunFencedException>(() => Journal(files).OpenAsync(0, look));
        Assert.Single(File.ReadLines(Metrics));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Watch_AfterAnEventThatANewerGenerationHasCut_TellsFromWhereThatOneBegan()
    {
        RunJournal older = Journal(others);
        await older.OpenAsync(null, () => true);
        for (long step = 0; step <= 500; step++)
        {
            await older.AppendAsync(Status() with { Step = step });
        }

        RunEvent seen = (await WatchAsync(older, after: null))[^1];
        RunJournal newer = Journal(files, generation: 2);
        await newer.OpenAsync(100, () => true);
        await newer.AppendAsync(Status() with { Step = 100, Message = "Resuming" });
        await newer.AppendAsync(Status() with { Step = 101 });

        IReadOnlyList<RunEvent> told = await WatchAsync(newer, seen);
        Assert.Equal([101, 102], told.Select(e => e.Sequence));
        Assert.Equal("Resuming", Assert.IsType<StatusEvent>(told[0]).Message);
        Assert.Equal([102], (await WatchAsync(newer, told[0])).Select(e => e.Sequence));
        Assert.Equal(Enumerable.Range(0, 103).Select(n => (long)n), (await WatchAsync(newer, after: null)).Select(e => e.Sequence));
        RunEvent ofTheFile = (await WatchAsync(newer, after: null))[100];
        Assert.Equal([101, 102], (await WatchAsync(newer, ofTheFile)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task History_MoreStepsThanAreRemembered_HasAllElseFromTheFirstOn()
    {
        const int Steps = 10_500;
        RunJournal journal = Journal(files);
        await journal.AppendAsync(Status() with { Message = "Warning: first" });
        for (long step = 1; step <= Steps; step++)
        {
            await journal.AppendAsync(Step(step));
        }

        await journal.AppendAsync(Status() with { Step = Steps });
        await journal.AppendAsync(Step(Steps + 1));
        await journal.AppendAsync(Step(Steps + 2));

        Assert.Equal([0, Steps, Steps + 1, Steps + 3], journal.History().Select(e => e.Sequence));
        Assert.Equal(10_002, (await WatchAsync(journal, after: null)).Count);
        Assert.Equal([Steps + 2, Steps + 3], (await WatchAsync(journal, journal.History()[^2])).Select(e => e.Sequence));
    }

    private static StepEvent Step(long step) => new()
    {
        Step = step, Epoch = 0, Loss = 1, Accuracy = 0, LearningRate = 0.1, SamplesPerSecond = 1, Modalities = [],
    };

    private static async Task<IReadOnlyList<RunEvent>> WatchAsync(RunJournal journal, RunEvent? after)
    {
        var told = new List<RunEvent>();
        await foreach (RunEvent runEvent in journal.WatchAsync(after, ended: () => true, CancellationToken.None))
        {
            told.Add(runEvent);
        }

        return told;
    }

    private static StatusEvent Status() => new() { Step = 0, Status = RunStatus.Running, Message = "x" };

    private RunJournal Journal(Lane lane, int generation = 1) => new(folder, generation, lane, TimeProvider.System, _ => { });
}
