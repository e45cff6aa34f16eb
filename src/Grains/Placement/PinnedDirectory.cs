using Orleans.GrainDirectory;

namespace Actors.Grains.Placement;

/// <summary>Knows where a pinned grain is without asking anybody: its key says it.</summary>
/// <remarks>
/// The cluster's own directory is spread over all silos: a grain on one silo could not be found from a second while a third is not to be reached.
/// </remarks>
internal sealed class PinnedDirectory : IGrainDirectory
{
    /// <summary>Name of the directory.</summary>
    public const string Name = "pinned";

    /// <inheritdoc/>
    // A silo has one activation of a key, and no other silo has any.
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    /// <inheritdoc/>
    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<GrainAddress?> Lookup(GrainId grainId) =>
        Task.FromResult<GrainAddress?>(new GrainAddress { GrainId = grainId, SiloAddress = PinnedKey.SiloOf(grainId.Key.ToString()!) });

    /// <inheritdoc/>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
