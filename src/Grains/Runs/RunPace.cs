namespace Actors.Grains.Runs;

/// <summary>How fast a run trains: so that pieces are short enough to stop between them, and for what is told.</summary>
/// <param name="count">Takes the steps and samples of each piece, told or not.</param>
internal sealed class RunPace(Action<long, long> count)
{
    private const double MostSeconds = 1; // of a piece: a wish to stop is not seen sooner

    private double seconds, samples; // since it was told last

    /// <summary>The most steps of the next piece, ≥ 1; 1 before the first.</summary>
    public long MostSteps { get; private set; } = 1;

    /// <summary>Counts a piece.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Took(TimeSpan elapsed, long stepCount, long sampleCount)
    {
        count(stepCount, sampleCount);
        seconds += elapsed.TotalSeconds;
        samples += sampleCount;
        MostSteps = (long)Math.Clamp(stepCount * MostSeconds / elapsed.TotalSeconds, 1, int.MaxValue);
        return elapsed;
    }

    /// <summary>Samples a second, of training alone, since this was asked last.</summary>
    public double Tell()
    {
        double perSecond = samples / seconds;
        (seconds, samples) = (0, 0);
        return perSecond;
    }
}
