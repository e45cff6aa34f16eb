namespace Actors.Grains.Runs;

/// <summary>What is done with a run at rest: one thing at a time, though its grain's calls interleave. Used from one grain's turns.</summary>
internal sealed class RunOccupation : IDisposable
{
    private string? what;

    /// <summary>True where nothing is done.</summary>
    public bool IsFree => what is null;

    /// <summary>Begins something; it is done when what this returns is disposed.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="wanted">What, as in "the run is being started".</param>
    /// <exception cref="InvalidOperationException">Something else is being done.</exception>
    public IDisposable Take(string run, string wanted)
    {
        if (what is not null)
        {
            throw new InvalidOperationException($"Run '{run}' is being {what}. Wait until that is done, and ask again.");
        }

        what = wanted;
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => what = null;
}
