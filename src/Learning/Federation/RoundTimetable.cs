namespace Actors.Learning.Federation;

/// <summary>Where rounds begin and end: every H steps and at each epoch's end. Pure arithmetic.</summary>
/// <param name="Every">H, steps of a round.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
public sealed record RoundTimetable(long Every, long StepsPerEpoch)
{
    /// <summary>Step after the last of the round that a step is of.</summary>
    public long End(long step) => Math.Min(After(step, Every), After(step, StepsPerEpoch));

    /// <summary>Zero-based number of the round that a step is of: the number of ends up to there.</summary>
    public long Number(long step) => (step / Every) + (step / StepsPerEpoch) - (step / (Every / Divisor(Every, StepsPerEpoch) * StepsPerEpoch));

    /// <summary>True where a round ends before this step.</summary>
    public bool IsEnd(long step) => step % Every == 0 || step % StepsPerEpoch == 0;

    /// <summary>The next multiple of a number of steps after a step.</summary>
    public static long After(long step, long every) => (step / every * every) + every;

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);
}
