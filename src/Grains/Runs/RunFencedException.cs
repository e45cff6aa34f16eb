namespace Actors.Grains.Runs;

/// <summary>A newer generation conducts the run: this one must end without another word.</summary>
internal sealed class RunFencedException() : Exception("Another generation has taken the run over.");
