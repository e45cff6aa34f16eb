namespace Actors.Contracts.Runs;

/// <summary>Plans where a run's workers compute, before it starts. Key: 0.</summary>
[GrainInterfaceType("planner"), Alias("Actors.IPlannerGrain")]
public interface IPlannerGrain : IGrainWithIntegerKey
{
    /// <summary>Asks every silo what it offers, whether it has the run's data and what a step costs there, and plans with the answers.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="goesOn">True for a run that was begun: silos at fault are passed over, and are told only where the others do not do.</param>
    /// <param name="avoided">Devices that are left out, as <c>ip:port/cuda:0</c>.</param>
    /// <param name="folder">The run's folder, which every silo of the plan must see; null: they are not asked.</param>
    [ResponseTimeout("01:00:00"), Alias("PlanAsync")]
    Task<RunPlan> PlanAsync(RunConfiguration configuration, bool goesOn, string[]? avoided = null, FolderOwner? folder = null);

    /// <summary>Plans one shard of a run that goes on, beside the others, which stay where they are. Only silos of its site are asked.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="standing">Workers of other shards. The memory of one that is prepared is taken already: its <see cref="WorkerPlace.Bytes"/> is 0.</param>
    /// <param name="avoided">Devices that are left out, as <c>ip:port/cuda:0</c>.</param>
    /// <param name="folder">The run's folder, which every silo of the plan must see; null: they are not asked.</param>
    /// <returns>The places of the shard's workers alone, or why there are none.</returns>
    [ResponseTimeout("01:00:00"), Alias("PlanShardAsync")]
    Task<RunPlan> PlanShardAsync(
        RunConfiguration configuration, int shard, WorkerPlace[] standing, string[] avoided, FolderOwner? folder = null);
}
