namespace Actors.Grains.Runs;

/// <summary>Work that is done one after the other, in the order it came, also after one that failed. Used from one grain's turns.</summary>
internal sealed class SerialQueue
{
    private Task last = Task.CompletedTask;

    /// <summary>Does it when all that came before is through; whoever asked hears of its failure.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        Task<T> next = Next(last);
        last = next;
        return next;

        async Task<T> Next(Task before)
        {
            await before.ContinueWith(_ => { }, TaskScheduler.Current);
            return await work();
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> work) => RunAsync(async () =>
    {
        await work();
        return true;
    });
}
