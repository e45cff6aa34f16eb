using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>Counts what the tensor codec writes and reads.</summary>
internal sealed class TensorTraffic(Meter meter)
{
    private static readonly KeyValuePair<string, object?> EncodedLabel = new("direction", "encoded");
    private static readonly KeyValuePair<string, object?> DecodedLabel = new("direction", "decoded");

    private readonly Counter<long> bytes = meter.CreateCounter<long>("actors.tensor.traffic", "By", "Raw bytes of the tensors that went through the codec.");
    private readonly Counter<long> messages = meter.CreateCounter<long>("actors.tensor.messages", "{message}", "Tensors that went through the codec.");

    /// <summary>A tensor was written to the wire.</summary>
    public void Encoded(long count)
    {
        bytes.Add(count, EncodedLabel);
        messages.Add(1, EncodedLabel);
    }

    /// <summary>A tensor was read from the wire.</summary>
    public void Decoded(long count)
    {
        bytes.Add(count, DecodedLabel);
        messages.Add(1, DecodedLabel);
    }
}
