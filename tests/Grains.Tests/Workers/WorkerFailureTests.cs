using System.Runtime.InteropServices;
using Actors.Grains.Devices;
using Actors.Grains.Placement;
using Actors.Grains.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actors.Grains.Tests.Workers;

public class WorkerFailureTests
{
    private static BrokenDevices Broken => new(new Lanes(), NullLogger<BrokenDevices>.Instance);

    [Fact]
    public async Task NamingAsync_OnADeviceThatAnotherRunBroke_IsTheDevicesFailureWhateverIsThrown()
    {
        const string Assertion = "CUDA error: device-side assert triggered";
        BrokenDevices broken = Broken;
        WorkerException first = await FailAsync("one", Assertion), second = await FailAsync("one", Assertion);
        Assert.False(first.IsLost || second.IsLost); // its own work is at fault
        WorkerException other = await FailAsync("another", Assertion), third = await FailAsync("another", "NCCL said something else");
        Assert.True(other.IsLost && third.IsLost);
        Assert.Equal("10.0.0.7:11111/cuda:1", other.FailedDevice);
        Assert.Equal("10.0.0.7:11111/cuda:1", third.FailedDevice);

        Task<WorkerException> FailAsync(string run, string message) => Assert.ThrowsAsync<WorkerException>(() => WorkerFailure.NamingAsync(
            "Fusion",
            PinnedKey.Of("key", "10.0.0.7:11111@1"),
            () => Order(run),
            7,
            broken,
            () => Task.FromException(new ExternalException(message))));
    }

    [Theory]
    [InlineData("\nException raised from c10_cuda_check at x.cpp:44 (most recent call first):\nframe #0: c10::Error::Error + 0x80")]
    [InlineData("\n\nframe #0: c10::Error::Error(c10::SourceLocation) + 0x80")]
    [InlineData(" at c10::cuda::c10_cuda_check")]
    public void TorchMessage_OfLibtorch_IsWithoutItsStack(string stack) =>
        Assert.Equal("CUDA error: launch failure", TorchMessage.Of(new ExternalException($"CUDA error: launch failure{stack}")));

    [Fact]
    public void TorchMessage_GpuOutOfMemory_SaysWhatToDo() => Assert.Equal(
        "CUDA out of memory. Tried to allocate 2.00 GiB. "
        + "Lower training.batch_size or training.evaluation_batch_size, or give the run another GPU.",
        TorchMessage.Of(new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB. \nException raised from malloc at x:1")));

    [Fact]
    public async Task NamingAsync_WorkWithoutAResultFails_NamesTheWorkerAndTheStep()
    {
        Func<Task> work = () => Task.FromException(new InvalidOperationException("it is broken."));
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(
            () => WorkerFailure.NamingAsync("Fusion", "a key", () => null, 7, Broken, work));
        Assert.Equal("Fusion (a key) failed at step 7: it is broken.", failure.Message);
    }

    [Fact]
    public async Task NamingAsync_WorkWithoutAResultEnds_WasDone()
    {
        bool isDone = false;
        await WorkerFailure.NamingAsync("Fusion", "a key", () => null, -1, Broken, () =>
        {
            isDone = true;
            return Task.CompletedTask;
        });
        Assert.True(isDone);
    }

    private static WorkerOrder Order(string run) => new()
    {
        Run = run,
        Generation = 1,
        Configuration = TestRun.Configuration(),
        Shard = 0,
        Modality = -1,
        Device = "cuda:1",
        FeatureCounts = [],
        EncoderSilos = [],
        BalancerSilo = "",
        ReducerSilos = [],
    };
}
