namespace Actors.Client.Tests.Cluster;

/// <summary>A clock whose pauses are a tenth as long, and that can be set ahead.</summary>
internal sealed class QuickTime : TimeProvider
{
    private long ahead;

    public void Skip(TimeSpan span) => Interlocked.Add(ref ahead, (long)(span.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 10 : dueTime, period > TimeSpan.Zero ? period / 10 : period);
}
