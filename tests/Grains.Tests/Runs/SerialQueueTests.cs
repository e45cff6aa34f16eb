using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

/// <summary>Work in turn.</summary>
public sealed class SerialQueueTests
{
    [Fact]
    public async Task Run_WhileAnotherIsAtWork_WaitsForItAndGoesOnWhereItFails()
    {
        var queue = new SerialQueue();
        var held = new TaskCompletionSource();
        bool began = false;
        Task first = queue.RunAsync(() => held.Task);
        Task<int> second = queue.RunAsync(() =>
        {
            began = true;
            return Task.FromResult(2);
        });
        Assert.False(second.IsCompleted || began);
        held.SetException(new InvalidOperationException("first"));
        Assert.Equal("first", (await Assert.ThrowsAsync<InvalidOperationException>(() => first)).Message);
        Assert.Equal(2, await second);
    }
}
