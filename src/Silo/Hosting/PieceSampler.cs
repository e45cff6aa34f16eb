using Actors.Grains.Diagnostics;
using OpenTelemetry.Trace;

namespace Actors.Silo.Hosting;

/// <summary>Takes every trace but those of pieces, of which it takes the first and then one of a hundred: each has a dozen spans a step.</summary>
internal sealed class PieceSampler : Sampler
{
    private const int OneOf = 100;
    private int pieces = -1;

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        bool taken = samplingParameters.Name != Traces.PieceName || Interlocked.Increment(ref pieces) % OneOf == 0;
        return new SamplingResult(taken ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
