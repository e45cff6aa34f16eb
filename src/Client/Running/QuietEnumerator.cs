using Actors.Contracts.Events;

namespace Actors.Client.Running;

/// <summary>An enumerator that lets go at once when it is cancelled, and whose end is never a failure.</summary>
internal sealed class QuietEnumerator(IAsyncEnumerator<RunEvent> inner, CancellationToken cancellation) : IAsyncEnumerator<RunEvent>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public RunEvent Current => inner.Current;

    public async ValueTask<bool> MoveNextAsync() => await inner.MoveNextAsync().AsTask().WaitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().AsTask().WaitAsync(Patience, CancellationToken.None);
        }
        catch (Exception)
        {
            // The stream is over either way.
        }
    }
}
