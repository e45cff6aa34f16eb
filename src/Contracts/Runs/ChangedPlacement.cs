namespace Actors.Contracts.Runs;

/// <summary>Where a run goes on, other than before.</summary>
/// <param name="Placement">Where it computes from now on.</param>
/// <param name="Document">Its resolved configuration with that, for <c>config.yaml</c> in its folder.</param>
[GenerateSerializer, Immutable, Alias("Actors.ChangedPlacement")]
public sealed record ChangedPlacement([property: Id(0)] PlacementConfiguration Placement, [property: Id(1)] string Document);
