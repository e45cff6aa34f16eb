namespace Actors.Contracts.Runs;

/// <summary>Names of the files in a run's folder that more than one part of the program knows.</summary>
public static class RunFiles
{
    /// <summary>The resolved configuration; what makes a folder a run's.</summary>
    public const string Configuration = "config.yaml";

    /// <summary>The run's events, one line each.</summary>
    public const string Metrics = "metrics.jsonl";
}
