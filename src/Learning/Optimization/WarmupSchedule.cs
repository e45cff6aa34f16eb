namespace Actors.Learning.Optimization;

/// <summary>Rises linearly to the full rate, then hands over; the schedule behind it counts from the end of the rise.</summary>
internal sealed class WarmupSchedule(ScheduleOptions options, ISchedule then) : ISchedule
{
    public double Factor(long step) =>
        step < options.WarmupSteps ? (step + 1.0) / (options.WarmupSteps + 1) : then.Factor(step - options.WarmupSteps);
}
