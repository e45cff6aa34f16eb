namespace Actors.Grains.Federation;

/// <summary>How it ended that a lost shard was prepared again; it is back where there is neither fault nor failure.</summary>
/// <param name="Faults">Why there is no place for it, a sentence each.</param>
/// <param name="Failure">How it was lost again; null: it was not.</param>
internal sealed record ShardReturn(IReadOnlyCollection<string> Faults, Exception? Failure)
{
    /// <summary>True where its workers are prepared.</summary>
    public bool IsBack => Faults.Count == 0 && Failure is null;
}
