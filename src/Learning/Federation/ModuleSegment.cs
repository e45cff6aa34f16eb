namespace Actors.Learning.Federation;

/// <summary>A part of what a module gives in a round.</summary>
/// <param name="Number">Its position among the module's segments.</param>
/// <param name="Offset">First element.</param>
/// <param name="Length">Number of elements.</param>
/// <param name="IsStatistics">True for batch statistics, of which the mean is taken whatever the server optimiser.</param>
public readonly record struct ModuleSegment(int Number, long Offset, long Length, bool IsStatistics);
