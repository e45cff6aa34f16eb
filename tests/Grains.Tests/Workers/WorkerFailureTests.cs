using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Workers;

public class WorkerFailureTests
{
    [Fact]
    public async Task NamingAsync_WorkWithoutAResultFails_NamesTheWorkerAndTheStep()
    {
        Func<Task> work = () => Task.FromException(new InvalidOperationException("it is broken."));
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(
            () => WorkerFailure.NamingAsync("Fusion", "a key", () => null, 7, work));
        Assert.Equal("Fusion (a key) failed at step 7: it is broken.", failure.Message);
    }

    [Fact]
    public async Task NamingAsync_WorkWithoutAResultEnds_WasDone()
    {
        bool isDone = false;
        await WorkerFailure.NamingAsync("Fusion", "a key", () => null, -1, () =>
        {
            isDone = true;
            return Task.CompletedTask;
        });
        Assert.True(isDone);
    }
}
