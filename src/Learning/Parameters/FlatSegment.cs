namespace Actors.Learning.Parameters;

/// <summary>Where one parameter lies in a flat buffer.</summary>
/// <param name="Name">Name in the module's state dict.</param>
/// <param name="Offset">First element.</param>
/// <param name="Length">Number of elements.</param>
/// <param name="Shape">Shape of the parameter.</param>
public sealed record FlatSegment(string Name, long Offset, long Length, IReadOnlyList<long> Shape);
