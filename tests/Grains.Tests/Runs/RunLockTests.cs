using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-lock-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Take_OlderGenerationHangsWithIt_TakesOverAndTheOlderKnows()
    {
        using RunLock older = await RunLock.TakeAsync(folder, TimeProvider.System, generation: 3);
        Assert.True(older.IsOwn);

        using RunLock newer = await RunLock.TakeAsync(folder, TimeProvider.System, generation: 4);

        Assert.True(newer.IsOwn);
        Assert.False(older.IsOwn);
        older.Dispose();
        Assert.True(RunLock.IsHeld(folder)); // what the older gives back is no longer the run's
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(0, 4)] // a console's run, which the cluster knows nothing of
    [InlineData(4, 0)]
    public async Task Take_HeldByAnotherThatMayHaveIt_IsRefused(int holder, int generation)
    {
        using RunLock held = await RunLock.TakeAsync(folder, TimeProvider.System, holder);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => RunLock.TakeAsync(folder, TimeProvider.System, generation));
        Assert.Contains(folder, refused.Message, StringComparison.Ordinal);
        Assert.True(held.IsOwn);
    }

    [Fact]
    public async Task Take_HeldByANewerGeneration_IsFenced()
    {
        using RunLock held = await RunLock.TakeAsync(folder, TimeProvider.System, generation: 5);
        await Assert.ThrowsAsync<RunFencedException>(() => RunLock.TakeAsync(folder, TimeProvider.System, generation: 4)); // a zombie
        Assert.True(held.IsOwn);
    }

    [Fact]
    public async Task Take_NewerGenerationIsTakingItToo_OlderDoesNotNameItselfAfterIt()
    {
        RunLock? older = null;
        // The newer one is between looking and naming itself.
        using (FileStream taking = new(Path.Combine(folder, ".owner.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            var clock = new WaitingClock(() =>
            {
                File.WriteAllText(Path.Combine(folder, ".owner"), "5 newer");
                taking.Dispose();
            });
            await Assert.ThrowsAsync<RunFencedException>(async () => older = await RunLock.TakeAsync(folder, clock, generation: 4));
        }

        Assert.Null(older);
        Assert.Equal("5 newer", File.ReadAllText(Path.Combine(folder, ".owner")));
    }

    [Fact]
    public async Task Take_SomebodyHangsWhileTakingIt_IsTakenAllTheSame()
    {
        using FileStream taking = new(Path.Combine(folder, ".owner.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        using RunLock taken = await RunLock.TakeAsync(folder, TimeProvider.System, generation: 4);
        Assert.True(taken.IsOwn);
    }

    [Fact]
    public async Task Take_ReleasedByNewerGeneration_OlderIsRefusedAndAConsoleIsNot()
    {
        (await RunLock.TakeAsync(folder, TimeProvider.System, generation: 5)).Dispose();
        await Assert.ThrowsAsync<RunFencedException>(() => RunLock.TakeAsync(folder, TimeProvider.System, generation: 4));
        using RunLock console = await RunLock.TakeAsync(folder, TimeProvider.System);
        Assert.True(console.IsOwn);
    }

    /// <summary>Does something when somebody begins to wait.</summary>
    private sealed class WaitingClock(Action onWait) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            onWait();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
