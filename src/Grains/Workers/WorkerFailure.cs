using Orleans.Runtime.Messaging;

namespace Actors.Grains.Workers;

/// <summary>Says which worker failed, where and at which step, whatever the failure was.</summary>
internal static class WorkerFailure
{
    public static async Task<T> Name<T>(string worker, WorkerOrder? order, long step, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is not WorkerException)
        {
            string at = step < 0 ? "" : $" at step {step}";
            string where = order is null ? "" : $" on {order.Device}, shard {order.Shard}";
            string what = failure.Message.Split(" at c10::", 2)[0].TrimEnd(); // libtorch adds its C++ stack
            throw new WorkerException($"{worker}{where} failed{at}: {what}", IsLoss(failure));
        }
    }

    /// <summary>True where a silo is gone, or what it held.</summary>
    public static bool IsLoss(Exception failure) => failure switch
    {
        WorkerException worker => worker.IsLost,
        WorkerNotReadyException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException => true,
        _ => false,
    };
}
