using Actors.Learning.Parameters;

namespace Actors.Learning.Federation;

/// <summary>A part of what a module gives in a round.</summary>
/// <param name="Number">Its position among the module's segments.</param>
/// <param name="Range">Where it lies in the module's parameters, or in its batch statistics.</param>
/// <param name="IsStatistics">True for batch statistics, of which the mean is taken whatever the server optimiser.</param>
public readonly record struct ModuleSegment(int Number, FlatRange Range, bool IsStatistics);
