namespace Actors.Learning.Optimization;

/// <summary>Half a cosine from the full rate at the end of the warm-up to the least at the end of the run.</summary>
internal sealed class CosineSchedule(ScheduleOptions options, long totalSteps) : ISchedule
{
    private readonly long length = Math.Max(1, totalSteps - options.WarmupSteps);

    public double Factor(long step) =>
        options.MinimumFactor + ((1 - options.MinimumFactor) * (1 + Math.Cos(Math.PI * Math.Min(step, length) / length)) / 2);
}
