using Orleans.Concurrency;
using Orleans.Services;

namespace Actors.Grains.Tensors;

/// <summary>Gives other silos the tensors that this one has on its shelf.</summary>
[Alias("Actors.ITensorSource")]
internal interface ITensorSource : IGrainService
{
    /// <summary>Reads a chunk. A repeat gives the same.</summary>
    /// <param name="kept">Number on the shelf.</param>
    /// <param name="arrival">Number, at the caller's silo, of what it is read into.</param>
    /// <param name="offset">First element.</param>
    /// <param name="count">Elements.</param>
    [ResponseTimeout("00:01:00"), Alias("ReadAsync")]
    Task<TensorChunk> ReadAsync(long kept, long arrival, long offset, int count);

    /// <summary>Says that nobody will fetch any more of a tensor.</summary>
    [OneWay, Alias("RemoveAsync")]
    Task RemoveAsync(long kept);
}
