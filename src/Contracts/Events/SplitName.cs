namespace Actors.Contracts.Events;

/// <summary>The splits that are evaluated, as events, files and metrics name them.</summary>
public static class SplitName
{
    /// <summary>Says which checkpoint is the best.</summary>
    public const string Validation = "validation";

    /// <summary>Tells at the end how good that one is.</summary>
    public const string Test = "test";
}
