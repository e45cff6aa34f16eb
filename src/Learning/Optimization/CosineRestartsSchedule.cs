namespace Actors.Learning.Optimization;

/// <summary>The full rate for a while, then half cosines of growing length, each from the full rate anew (SGDR, arXiv 1608.03983).</summary>
/// <remarks>
/// As the paper's code: its scheduler is stepped with the global step also while the rate is held, so that the first cosine is entered in the middle of a
/// cycle;
/// cycles begin at T_0·(T_mult^n − 1)/(T_mult − 1).
/// </remarks>
internal sealed class CosineRestartsSchedule(ScheduleOptions options) : ISchedule
{
    public double Factor(long step)
    {
        if (step < options.HoldSteps)
        {
            return 1;
        }

        long begin = 0;
        long length = Math.Max(1, options.CycleSteps);
        if (options.CycleFactor <= 1)
        {
            begin = step - (step % length); // equal cycles: no need to walk them
        }

        while (step >= begin + length)
        {
            begin += length;
            length *= options.CycleFactor;
        }

        double phase = (double)(step - begin) / length;
        return options.MinimumFactor + ((1 - options.MinimumFactor) * (1 + Math.Cos(Math.PI * phase)) / 2);
    }
}
