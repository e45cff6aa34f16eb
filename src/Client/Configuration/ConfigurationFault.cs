namespace Actors.Client.Configuration;

/// <summary>One thing wrong with a configuration: where it was written, and what the rule is, what came and what to do.</summary>
internal sealed record ConfigurationFault(Origin Origin, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Origin}: {Message}";
}
