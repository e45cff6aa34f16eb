using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>Gets the plan of a run's generation.</summary>
internal static class RunPlanning
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>Plans with the cluster as it is.</summary>
    /// <exception cref="WorkerException">The run cannot be placed; lists every fault.</exception>
    public static async Task<RunPlan> PlanAsync(IGrainFactory grains, RunOrder order) =>
        OrThrow(await grains.GetGrain<IPlannerGrain>(0).PlanAsync(order.Configuration, order.Resume));

    /// <summary>Plans; where the cluster as it is cannot hold a run that was begun, waits until it can.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="order">What to run.</param>
    /// <param name="folder">The run's folder, which the silos of the plan must see; null: they are not asked.</param>
    /// <param name="places">Which devices are left out where the others do; keeps the plan.</param>
    /// <param name="tell">Told what is waited for, whenever that changes.</param>
    /// <param name="warn">Warns of the devices that are left out.</param>
    /// <param name="stop">What ends the waiting.</param>
    /// <returns>The plan; null where nobody wanted to wait, or a silo of the plan leaves.</returns>
    /// <exception cref="WorkerException">A run that was not begun cannot be placed; lists every fault.</exception>
    public static async Task<RunPlan?> WaitForPlanAsync(
        IGrainFactory grains,
        TimeProvider time,
        RunOrder order,
        FolderOwner? folder,
        RunPlaces places,
        Func<string, Task> tell,
        Func<string, Task> warn,
        RunStop stop)
    {
        string told = "";
        while (stop.Request == StopRequest.None)
        {
            RunPlan plan = await AskAsync(
                avoided => stop.UnlessNowAsync(
                    () => grains.GetGrain<IPlannerGrain>(0).PlanAsync(order.Configuration, order.Resume, avoided, folder)),
                places,
                warn);
            if (plan.Faults.Length == 0 || !order.Resume)
            {
                return await places.KeepAsync(OrThrow(plan).Workers) ? plan : null;
            }

            string faults = string.Join(" ", plan.Faults);
            if (faults != told)
            {
                await tell($"Waiting until the cluster can hold the run: {faults}");
                told = faults;
            }

            await Task.Delay(BetweenLooks, time);
        }

        return null;
    }

    /// <summary>Which devices are left out, until when, and with what was lost the first time.</summary>
    public static string Describe(IReadOnlyDictionary<string, DeviceBlame> avoided) => string.Join(", ", avoided.Select(device => string.Create(
        CultureInfo.InvariantCulture, $"{device.Key} until {device.Value.AvoidedUntil:HH:mm} UTC (the first time: {device.Value.FirstCause?.TrimEnd('.')})")));

    private static async Task<RunPlan> AskAsync(
        Func<string[]?, Task<RunPlan>> planAsync, RunPlaces places, Func<string, Task> warn)
    {
        ImmutableSortedDictionary<string, DeviceBlame> avoided = places.Avoided;
        RunPlan plan = await planAsync([.. avoided.Keys]);
        if (avoided.Count > 0)
        {
            string devices = Describe(avoided);
            await warn(plan.Faults.Length == 0
                ? $"Left out, since the run was lost with them again and again, or they cannot be reached: {devices}."
                : $"The run was lost again and again with {devices}, or they cannot be reached, but the other devices do not do.");
            if (plan.Faults.Length > 0)
            {
                plan = await planAsync(null);
            }
        }

        return plan;
    }

    private static RunPlan OrThrow(RunPlan plan)
    {
        if (plan.Faults.Length > 0)
        {
            throw new WorkerException($"The run cannot be placed: {string.Join(" ", plan.Faults)}");
        }

        return plan;
    }
}
