using System.Runtime.InteropServices;
using Actors.Grains.Devices;
using Actors.Grains.Placement;
using Orleans.Runtime.Messaging;

namespace Actors.Grains.Workers;

/// <summary>Says which worker failed, where and at which step, whatever the failure was.</summary>
internal static class WorkerFailure
{
    // As libtorch says them. What a kernel asserts is at fault in its input, and would be again elsewhere.
    private static readonly string[] DeviceFailures =
    [
        "CUDA error",
        "CUDA out of memory",
        "CUDA driver",
        "CUDA-capable device",
        "cuDNN error",
        "CUDNN_STATUS_",
        "CUBLAS_STATUS_",
        "CUSOLVER_STATUS_",
        "CUFFT_",
        "GET was unable to find an engine", // cuDNN; no memory for a workspace, as a rule
        "FIND was unable to find an engine",
        "Unable to find a valid cuDNN algorithm",
        "NVML_SUCCESS == r INTERNAL ASSERT",
    ];
    private const string Assertion = "device-side assert";

    /// <summary>Does work of a worker; what fails in it names the worker.</summary>
    /// <param name="worker">Which worker.</param>
    /// <param name="key">Its key.</param>
    /// <param name="now">Its order as it is when asked; null once it was released.</param>
    /// <param name="step">Step it works at; −1 where it is none.</param>
    /// <param name="broken">Told of what a device throws.</param>
    /// <param name="work">What it does.</param>
    /// <exception cref="WorkerException">It failed.</exception>
    public static async Task<T> NamingAsync<T>(
        string worker, string key, Func<WorkerOrder?> now, long step, BrokenDevices broken, Func<Task<T>> work)
    {
        WorkerOrder? order = now();
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is not WorkerException)
        {
            string at = step < 0 ? "" : $" at step {step}";
            string where = order is null ? "" : $" on {order.Device}, shard {order.Shard}";
            string? blamed = order is null ? null : await broken.BlamedAsync(order.Device, order.Run, failure);
            string? device = blamed is null ? null : $"{PinnedKey.SiloOf(key).ToParsableString().Split('@')[0]}/{blamed}";
            bool isLost = device is not null || IsLoss(failure) || now() is null; // released under its hands: it will be gone for whoever asks next
            throw new WorkerException($"{worker} ({key}){where} failed{at}: {TorchMessage.Of(failure)}", isLost) { FailedDevice = device };
        }
    }

    /// <inheritdoc cref="NamingAsync{T}"/>
    public static Task NamingAsync(string worker, string key, Func<WorkerOrder?> now, long step, BrokenDevices broken, Func<Task> work) =>
        NamingAsync(worker, key, now, step, broken, async () =>
        {
            await work();
            return true;
        });

    /// <summary>True where a silo is gone, or what it held.</summary>
    public static bool IsLoss(Exception failure) => failure switch
    {
        WorkerException worker => worker.IsLost,
        WorkerNotReadyException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or TimeoutException => true,
        _ => false,
    };

    /// <summary>True where a GPU or its driver failed, and not what it was asked to do.</summary>
    public static bool IsOfDevice(Exception failure) => failure is ExternalException
        && DeviceFailures.Any(words => failure.Message.Contains(words, StringComparison.Ordinal))
        && !failure.Message.Contains(Assertion, StringComparison.Ordinal);

    /// <summary>Waits for what has no more to do where its silo is gone.</summary>
    public static async Task UnlessLostAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            // What it held went with it.
        }
    }
}
