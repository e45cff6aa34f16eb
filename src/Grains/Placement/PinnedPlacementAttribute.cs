using Orleans.Placement;

namespace Actors.Grains.Placement;

/// <summary>Marks grains of <see cref="PinnedPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PinnedPlacementAttribute() : PlacementAttribute(PinnedPlacement.Instance);
