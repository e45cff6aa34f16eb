using Actors.Contracts.Events;

namespace Actors.Grains.Diagnostics;

/// <summary>The label <c>split</c> of what was evaluated.</summary>
internal static class SplitLabel
{
    public static KeyValuePair<string, object?> Validation { get; } = new("split", SplitName.Validation);

    public static KeyValuePair<string, object?> Test { get; } = new("split", SplitName.Test);
}
