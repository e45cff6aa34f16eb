namespace Actors.Grains.Placement;

/// <summary>A grain lives on the silo that its key names, or not at all.</summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking]
internal sealed class PinnedPlacement : PlacementStrategy
{
    public static PinnedPlacement Instance { get; } = new();
}
