using Actors.Contracts.Runs;
using Actors.Grains.Devices;

namespace Actors.Grains.Runs;

/// <summary>Takes a run's folder where the run is conducted.</summary>
internal static class RunFolder
{
    /// <summary>Takes the folder. A run of the cluster has one already, made by its list: nothing is made where that is not seen.</summary>
    /// <param name="order">The run.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="silo">Address of the silo that conducts it.</param>
    /// <param name="files">Where files are read.</param>
    /// <param name="time">The clock of the tries.</param>
    /// <exception cref="IOException">This silo does not see the folder, or another process has it, or it cannot be written.</exception>
    /// <exception cref="RunFencedException">A newer generation has it.</exception>
    public static async Task<RunLock> TakeAsync(RunOrder order, int generation, string silo, Lane files, TimeProvider time)
    {
        await files.Run(() =>
        {
            if (!order.Registered)
            {
                Directory.CreateDirectory(order.Folder);
            }
            else if (!File.Exists(Path.Combine(order.Folder, RunFiles.Configuration)))
            {
                throw new IOException(
                    $"Silo {silo} conducts the run and does not see its folder: there is no {RunFiles.Configuration} in {order.Folder}. "
                    + "Nothing was changed. Every silo must see the folder under this path: mount it there and resume the run.");
            }
        });
        return await RunLock.TakeAsync(order.Folder, time, order.Registered ? generation : 0);
    }
}
