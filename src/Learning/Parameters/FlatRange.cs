namespace Actors.Learning.Parameters;

/// <summary>A stretch of a flat buffer, in elements.</summary>
public readonly record struct FlatRange(long Offset, long Length);
