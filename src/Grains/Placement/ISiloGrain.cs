using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Orleans.Concurrency;

namespace Actors.Grains.Placement;

/// <summary>Speaks for one silo, on it. Key: <see cref="PinnedKey.Of"/> of the silo.</summary>
[GrainInterfaceType("silo"), Alias("Actors.ISiloGrain")]
internal interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Says that the silo is there.</summary>
    [AlwaysInterleave, Alias("PingAsync")]
    Task PingAsync();

    /// <summary>What the silo has.</summary>
    /// <param name="placement">What the run asks for; a silo that was told nothing offers that.</param>
    /// <param name="run">Name of the run: its own workers end, or whoever plans counts them. Null: all are counted.</param>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("OfferAsync")]
    Task<SiloOffer> OfferAsync(PlacementConfiguration placement, string? run = null);

    /// <summary>What the silo computes with.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("ReportAsync")]
    Task<MachineReport> ReportAsync();

    /// <summary>Looks whether the silo sees a run's folder. Returns why it does not; null where it does.</summary>
    /// <param name="taken">The folder, and who has it.</param>
    [AlwaysInterleave, Alias("LookAsync")]
    Task<string?> LookAsync(FolderOwner taken);

    /// <summary>Opens the run's data as its workers will, and trains a few steps of each module to see what they cost.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="devices">One device of each kind to measure on.</param>
    /// <param name="shards">Those whose data to open, at least one.</param>
    [ResponseTimeout("01:00:00"), Alias("CheckAsync")]
    Task<SiloReadiness> CheckAsync(RunConfiguration configuration, string[] devices, int[] shards);
}
