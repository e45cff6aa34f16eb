using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>Counts what the tensor codec writes and reads.</summary>
internal sealed class TensorTraffic(Meter meter)
{
    private static readonly KeyValuePair<string, object?> EncodedLabel = new("direction", "encoded");
    private static readonly KeyValuePair<string, object?> DecodedLabel = new("direction", "decoded");

    private readonly Counter<long> bytes = meter.CreateCounter<long>("actors.tensor.traffic", "By", "Raw bytes of the tensors that went through the codec.");
    private readonly Counter<long> messages = meter.CreateCounter<long>(
        "actors.tensor.messages", "{message}", "Messages that carried a tensor or a chunk of one.");
    private readonly Counter<long> damaged = meter.CreateCounter<long>(
        "actors.tensor.damaged", "{message}", "Tensors and chunks that did not arrive, or not as they were sent.");

    /// <summary>A tensor or a chunk was written to the wire.</summary>
    public void Encoded(long count)
    {
        bytes.Add(count, EncodedLabel);
        messages.Add(1, EncodedLabel);
    }

    /// <summary>A tensor or a chunk was read from the wire.</summary>
    public void Decoded(long count)
    {
        bytes.Add(count, DecodedLabel);
        messages.Add(1, DecodedLabel);
    }

    /// <summary>A tensor or a chunk did not arrive, or not as it was sent.</summary>
    public void Damaged() => damaged.Add(1);
}
