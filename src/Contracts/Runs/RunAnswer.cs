namespace Actors.Contracts.Runs;

/// <summary>What became of an order to start or resume a run.</summary>
/// <param name="Run">The run; null where there is none.</param>
/// <param name="Begun">True where this order began it; false where an earlier one with its token had.</param>
/// <param name="Refusal">Why it was refused; null where it was not.</param>
[GenerateSerializer, Immutable, Alias("Actors.RunAnswer")]
public sealed record RunAnswer([property: Id(0)] RegisteredRun? Run, [property: Id(1)] bool Begun, [property: Id(2)] string? Refusal);
