using Actors.Contracts.Events;

namespace Actors.Client.Display;

/// <summary>Shows a run while it goes on, from its events alone.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows events until they end.</summary>
    /// <returns>Where the run stood then.</returns>
    Task<RunProgress> ShowAsync(RunOutline outline, IAsyncEnumerable<RunEvent> events, CancellationToken cancellation);

    /// <summary>Tells something besides, at any time and from any thread.</summary>
    Task NoteAsync(string line);
}
