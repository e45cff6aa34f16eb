using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace Actors.Grains.TensorBoard;

/// <summary>Records of a TensorBoard event file: TFRecord framing around TensorBoard's own messages, which TorchSharp brings.</summary>
internal static class TensorBoardRecord
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The event every file begins with.</summary>
    public static Event Version(double wallTime) => new() { WallTime = wallTime, FileVersion = "brain.Event:2" };

    /// <summary>Begins a session: what files before told of this step and later ones counts no more.</summary>
    public static Event SessionStart(double wallTime, long step) => new()
    {
        WallTime = wallTime,
        Step = step,
        SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
    };

    /// <summary>An event of a text in Markdown.</summary>
    public static Event Text(double wallTime, long step, string tag, string text) => new()
    {
        WallTime = wallTime,
        Step = step,
        Summary = new Summary
        {
            Value =
            {
                new Summary.Types.Value
                {
                    Tag = tag,
                    Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
                    Tensor = new TensorProto { Dtype = DataType.DtString, StringVal = { ByteString.CopyFromUtf8(text) } },
                },
            },
        },
    };

    /// <summary>An event of one scalar.</summary>
    public static Event Scalar(double wallTime, long step, string tag, float value) => new()
    {
        WallTime = wallTime,
        Step = step,
        Summary = new Summary { Value = { new Summary.Types.Value { Tag = tag, SimpleValue = value } } },
    };

    /// <summary>Appends a record: length, its checksum, the event, its checksum.</summary>
    public static void Write(Stream stream, Event written)
    {
        byte[] data = written.ToByteArray();
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedChecksum(head[..8]));
        stream.Write(head);
        stream.Write(data);
        Span<byte> tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedChecksum(data));
        stream.Write(tail);
    }

    /// <summary>TFRecord's checksum: CRC-32C, rotated and shifted.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
