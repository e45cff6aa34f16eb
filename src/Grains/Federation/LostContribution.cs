namespace Actors.Grains.Federation;

/// <summary>A participant whose contribution could not be fetched: a round is added up without it.</summary>
/// <param name="Shard">Index d.</param>
/// <param name="Cause">How it was lost.</param>
/// <param name="Unreachable">Its silo, <c>ip:port@generation</c>, where it was not to be reached; null: that was not the cause.</param>
/// <param name="FailedDevice">The device that failed; null: that was not the cause.</param>
[GenerateSerializer, Immutable, Alias("Actors.LostContribution")]
public sealed record LostContribution(
    [property: Id(0)] int Shard,
    [property: Id(1)] string Cause,
    [property: Id(2)] string? Unreachable,
    [property: Id(3)] string? FailedDevice);
