namespace Actors.Contracts.Events;

/// <summary>The splits that are evaluated, as events, files and metrics name them.</summary>
public static class SplitName
{
    public const string Validation = "validation";

    public const string Test = "test";
}
