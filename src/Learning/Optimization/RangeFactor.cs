using Actors.Learning.Parameters;

namespace Actors.Learning.Optimization;

/// <summary>A learning-rate factor for one range of a flat buffer.</summary>
public readonly record struct RangeFactor(FlatRange Range, double Factor);
