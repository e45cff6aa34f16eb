namespace Actors.Grains.Runs;

/// <summary>
/// How often generations of a run were lost together with a device. From the third time on it is left out of the run's plans, each time for twice as long.
/// </summary>
/// <param name="Losses">How often.</param>
/// <param name="Last">When it was for the last time.</param>
/// <param name="FirstCause">Why the first of them was lost.</param>
[GenerateSerializer, Alias("Actors.DeviceBlame")]
internal sealed record DeviceBlame([property: Id(0)] int Losses, [property: Id(1)] DateTimeOffset Last, [property: Id(2)] string? FirstCause)
{
    private const int Most = 3;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Until when it is left out; null where it is not.</summary>
    public DateTimeOffset? AvoidedUntil =>
        Losses < Most ? null : Last + TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(Losses - Most, 10), Longest.Ticks));

    /// <summary>The blame after another loss; what is long ago counts no more.</summary>
    /// <param name="before">The blame so far; null: none.</param>
    /// <param name="now">When the loss was.</param>
    /// <param name="cause">Why the generation was lost.</param>
    /// <param name="avoidNow">True where it would be lost again at once: its silo is there, but cannot be reached by all.</param>
    public static DeviceBlame After(DeviceBlame? before, DateTimeOffset now, string cause, bool avoidNow = false)
    {
        DeviceBlame counted = before is not null && now - before.Last <= Longest ? before with { Losses = before.Losses + 1, Last = now } : new(1, now, cause);
        return avoidNow ? counted with { Losses = Math.Max(counted.Losses, Most) } : counted;
    }
}
