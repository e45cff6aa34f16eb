using System.Buffers.Binary;
using System.Text;

namespace Actors.Client.Artifacts;

/// <summary>Records of a TensorBoard event file: TFRecord framing around protocol-buffer events, the few fields that scalars need.</summary>
internal static class TensorBoardRecord
{
    private const uint Polynomial = 0x82F63B78; // CRC-32C (Castagnoli), reflected
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The event every file begins with.</summary>
    public static byte[] Version(double wallTime) => [.. Double(1, wallTime), .. Bytes(3, "brain.Event:2"u8)];

    /// <summary>An event of one scalar.</summary>
    public static byte[] Scalar(double wallTime, long step, string tag, float value)
    {
        byte[] single = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(single, value);
        byte[] summaryValue = [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), Key(2, 5), .. single];
        return [.. Double(1, wallTime), Key(2, 0), .. Varint((ulong)step), .. Bytes(5, Bytes(1, summaryValue))];
    }

    /// <summary>Appends a record: length, its checksum, data, its checksum.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
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
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + MaskDelta;
    }

    private static byte Key(int field, int wireType) => (byte)((field << 3) | wireType);

    private static byte[] Bytes(int field, ReadOnlySpan<byte> value) => [Key(field, 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Double(int field, double value)
    {
        byte[] bytes = new byte[9];
        bytes[0] = Key(field, 1);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
