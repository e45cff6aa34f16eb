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
    [InlineData(5, 4)] // a zombie
    [InlineData(4, 4)]
    [InlineData(0, 4)] // a console's run, which the cluster knows nothing of
    [InlineData(4, 0)]
    public async Task Take_HeldByAnotherThatMayHaveIt_IsRefused(int holder, int generation)
    {
        using RunLock held = await RunLock.TakeAsync(folder, TimeProvider.System, holder);
        Assert.Contains(folder, (await Assert.ThrowsAsync<IOException>(() => RunLock.TakeAsync(folder, TimeProvider.System, generation))).Message, StringComparison.Ordinal);
        Assert.True(held.IsOwn);
    }

    [Fact]
    public async Task Take_ReleasedByNewerGeneration_OlderIsRefusedAndAConsoleIsNot()
    {
        (await RunLock.TakeAsync(folder, TimeProvider.System, generation: 5)).Dispose();
        await Assert.ThrowsAsync<IOException>(() => RunLock.TakeAsync(folder, TimeProvider.System, generation: 4));
        using RunLock console = await RunLock.TakeAsync(folder, TimeProvider.System);
        Assert.True(console.IsOwn);
    }
}
