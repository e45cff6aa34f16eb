using Orleans.Metadata;

namespace Actors.Grains.Placement;

/// <summary>A grain lives on the silo that its key names, or not at all; see <see cref="PinnedDirectory"/>.</summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("Actors.PinnedPlacement")]
internal sealed class PinnedPlacement : PlacementStrategy
{
    public static PinnedPlacement Instance { get; } = new();

    /// <inheritdoc/>
    public override void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.PopulateGrainProperties(services, grainClass, grainType, properties);
        properties[WellKnownGrainTypeProperties.GrainDirectory] = PinnedDirectory.Name;
    }
}
