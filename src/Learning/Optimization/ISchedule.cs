namespace Actors.Learning.Optimization;

/// <summary>The learning rate's factor as a pure function of the step.</summary>
public interface ISchedule
{
    /// <summary>Factor of the base learning rate at a step, in [0, 1].</summary>
    /// <param name="step">Zero-based global step.</param>
    double Factor(long step);
}
