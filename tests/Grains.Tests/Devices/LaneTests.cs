using Actors.Grains.Devices;
using TorchSharp;

namespace Actors.Grains.Tests.Devices;

public sealed class LaneTests
{
    [Fact]
    public async Task Run_ManyAsked_RunsInOrderOnOneThread()
    {
        using var lane = new Lane("test", 1);
        var order = new List<int>();
        int[] threads = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => lane.Run(() =>
        {
            order.Add(i);
            return Environment.CurrentManagedThreadId;
        })));
        Assert.Equal(Enumerable.Range(0, 100), order);
        Assert.Single(threads.Distinct());
        Assert.NotEqual(threads[0], Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task Run_WorkThrows_FailsThatWorkAlone()
    {
        using var lane = new Lane("test", null);
        Task failing = lane.Run(() => throw new InvalidDataException("broken"));
        Task<int> next = lane.Run(() => 7);
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => failing)).Message);
        Assert.Equal(7, await next);
    }

    [Fact]
    public async Task Run_TorchThreads_AreThoseAskedFor()
    {
        using Lane one = new("one", 1), two = new("two", 2);
        Assert.Equal((1, 2), (await one.Run(torch.get_num_threads), await two.Run(torch.get_num_threads)));
    }

    [Fact]
    public void Dispose_WorkIsLeft_FinishesIt()
    {
        int done = 0;
        using (var lane = new Lane("test", null))
        {
            for (int i = 0; i < 50; i++)
            {
                lane.Run(() => done++);
            }
        }

        Assert.Equal(50, done);
    }

    [Fact]
    public void End_WorkHangs_IsLeftAndDoesNothingMore()
    {
        using var hanging = new ManualResetEventSlim();
        var lane = new Lane("test", null);
        using var begun = new ManualResetEventSlim();
        Task at = lane.Run(() =>
        {
            begun.Set();
            hanging.Wait();
        });
        Task next = lane.Run(() => { });
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.False(lane.End(TimeSpan.FromMilliseconds(50)));
        hanging.Set();
        Assert.True(lane.End(TimeSpan.FromMinutes(1)));
        Assert.Equal((true, false), (at.IsCompleted, next.IsCompleted));
    }
}
