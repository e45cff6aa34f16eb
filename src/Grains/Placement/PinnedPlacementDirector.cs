using Orleans.Runtime.Placement;

namespace Actors.Grains.Placement;

/// <summary>Finds the silo in the grain's key. One that is gone has no stand-in: what the grain held went with it.</summary>
internal sealed class PinnedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress silo = PinnedKey.SiloOf(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : Task.FromException<SiloAddress>(new SiloUnavailableException(
                $"Silo {silo.ToParsableString()}, where {target.GrainIdentity} is by plan, is not in the cluster any more."));
    }
}
