namespace Actors.Learning.Optimization;

/// <summary>Always the full rate.</summary>
internal sealed class ConstantSchedule : ISchedule
{
    public double Factor(long step) => 1;
}
