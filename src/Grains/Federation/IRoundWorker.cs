using System.Collections.Immutable;
using Actors.Grains.Tensors;

namespace Actors.Grains.Federation;

/// <summary>What a worker does in rounds: takes the parameters that a round begins with, tells what it has learnt since.</summary>
[GrainInterfaceType("round-worker"), Alias("Actors.IRoundWorker")]
public interface IRoundWorker : IGrainWithStringKey
{
    /// <summary>Takes the module's parameters as a round begins with them. A repeat takes nothing.</summary>
    /// <param name="round">Number of the round.</param>
    /// <param name="aggregators">Those that hold the module, by segment.</param>
    [ResponseTimeout("01:00:00"), Alias("TakeAsync")]
    Task TakeAsync(long round, ImmutableArray<IAggregatorGrain> aggregators);

    /// <summary>What the module learnt in a round, θ − θ_start of one segment, [n] float32.</summary>
    /// <param name="round">The round it took part in last; another is refused.</param>
    /// <param name="segment">Number of the segment.</param>
    [ResponseTimeout("01:00:00"), Alias("LearnedAsync")]
    Task<TensorPayload> LearnedAsync(long round, int segment);

    /// <summary>One segment of the module as it is, [n] float32.</summary>
    [ResponseTimeout("01:00:00"), Alias("ValuesAsync")]
    Task<TensorPayload> ValuesAsync(int segment);
}
