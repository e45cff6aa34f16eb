using System.Collections.Concurrent;
using Actors.Grains.Placement;

namespace Actors.Grains.Workers;

/// <summary>Asks silos whether they are there. What one call learnt of a link, all of this silo know.</summary>
internal sealed class SiloSigns(IGrainFactory grains, TimeProvider time, WorkerCallOptions options)
{
    private readonly ConcurrentDictionary<SiloAddress, (long Since, long Last)> silent = new();

    /// <summary>How long a silo has been without a sign; null where it gives one, or nobody waits for it any more.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="answered">Ends when the call to it does, which may be a sign too.</param>
    /// <param name="isSign">Whether it is, once it has ended.</param>
    /// <param name="ending">Nobody waits any more.</param>
    public async Task<TimeSpan?> SilenceAsync(SiloAddress silo, Task answered, Func<bool> isSign, CancellationToken ending)
    {
        long began = time.GetTimestamp();
        if (await IsThereAsync(silo, answered, isSign, ending))
        {
            silent.TryRemove(silo, out _);
            return null;
        }

        if (ending.IsCancellationRequested)
        {
            return null;
        }

        long now = time.GetTimestamp();
        (long since, _) = silent.AddOrUpdate(
            silo,
            _ => (began, now),
            // Nobody asked it for long: whether it has been silent all the while is not known.
            (_, known) => time.GetElapsedTime(known.Last, began) > options.Silence ? (began, now) : (known.Since, now));
        return time.GetElapsedTime(since, now);
    }

    private async Task<bool> IsThereAsync(SiloAddress silo, Task answered, Func<bool> isSign, CancellationToken ending)
    {
        try
        {
            Task there = grains.GetGrain<ISiloGrain>(PinnedKey.Of("", silo.ToParsableString())).PingAsync();
            Task came = await Task.WhenAny(there, answered).WaitAsync(options.Patience, time, ending);
            if (came == there)
            {
                await there; // throws where it does not answer
                return true;
            }

            return isSign();
        }
        catch (Exception failure) when (WorkerFailure.IsLoss(failure) || ending.IsCancellationRequested)
        {
            return false;
        }
    }
}
