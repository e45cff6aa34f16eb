namespace Actors.Grains.Federation;

/// <summary>A shard that was lost, and when it is tried again: the first time in the next round, then after pauses that grow.</summary>
/// <param name="Cause">Why it was lost.</param>
/// <param name="Times">How often in a row, without a contribution between.</param>
/// <param name="Until">Not tried before.</param>
/// <param name="IsCutOff">
/// True where its silo is in the cluster, but not to be reached, or one of its devices failed: it is tried elsewhere at once, and where it was after the pause.
/// </param>
internal sealed record LostShard(string Cause, int Times, DateTimeOffset Until, bool IsCutOff)
{
    /// <summary>True where it was tried elsewhere.</summary>
    public bool IsTriedElsewhere { get; init; }

    /// <summary>True where it was tried at all.</summary>
    public bool IsTried { get; init; }

    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5); // as long as a run's plan leaves out a silo that is cut off

    /// <summary>A shard that is lost now.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="timesBefore">How often in a row it was before.</param>
    /// <param name="now">The time.</param>
    /// <param name="isCutOff">See <see cref="IsCutOff"/>.</param>
    public static LostShard At(string cause, int timesBefore, DateTimeOffset now, bool isCutOff) =>
        new(cause, timesBefore + 1, now + (isCutOff ? Longest : Pause(timesBefore)), isCutOff);

    private static TimeSpan Pause(int times) => times == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(times, 10), Longest.Ticks));
}
