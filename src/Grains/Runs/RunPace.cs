namespace Actors.Grains.Runs;

/// <summary>How fast a run trains: so that pieces are short enough to stop between them, and for what is told.</summary>
internal sealed class RunPace
{
    private const double MostSeconds = 1; // of a piece: a wish to stop is not seen sooner

    private double seconds, samples; // since the last line

    /// <summary>The most steps of the next piece, ≥ 1; 1 before the first.</summary>
    public long MostSteps { get; private set; } = 1;

    /// <summary>Of training alone, since it was told last.</summary>
    public double SamplesPerSecond => samples / seconds;

    /// <summary>Counts a piece.</summary>
    public void Took(long stepCount, double sampleCount, TimeSpan elapsed)
    {
        seconds += elapsed.TotalSeconds;
        samples += sampleCount;
        MostSteps = (long)Math.Clamp(stepCount * MostSeconds / elapsed.TotalSeconds, 1, int.MaxValue);
    }

    /// <summary>Begins to count anew.</summary>
    public void Told() => (seconds, samples) = (0, 0);
}
