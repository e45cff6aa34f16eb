namespace Actors.Learning.Optimization;

/// <summary>Times γ every so many steps.</summary>
internal sealed class StepSchedule(ScheduleOptions options) : ISchedule
{
    public double Factor(long step) => Math.Pow(options.Gamma, step / Math.Max(1, options.EverySteps));
}
