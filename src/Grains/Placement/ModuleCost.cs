namespace Actors.Grains.Placement;

/// <summary>What one worker of a run costs on a kind of device of a silo, measured there.</summary>
/// <param name="Module">Index i of an encoder; M of the fusion.</param>
/// <param name="Kind"><c>cpu</c>, <c>cuda</c>.</param>
/// <param name="Bytes">Memory in training.</param>
/// <param name="Seconds">Of one step's computing, &gt; 0.</param>
[GenerateSerializer, Immutable, Alias("Actors.ModuleCost")]
internal sealed record ModuleCost([property: Id(0)] int Module, [property: Id(1)] string Kind, [property: Id(2)] long Bytes, [property: Id(3)] double Seconds);
