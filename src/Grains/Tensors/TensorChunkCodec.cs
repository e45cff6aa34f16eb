using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Actors.Grains.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// A chunk on the wire: arrival, offset, checksum of these two, checksum of the bytes (XXH3), raw bytes; from native memory straight into the memory that waits
/// for it.
/// </summary>
[RegisterSerializer]
internal sealed class TensorChunkCodec(IServiceProvider services) : IFieldCodec<TensorChunk>
{
    private const int HeadBytes = 8 + 8 + 8 + 8;

    private readonly TensorTraffic? traffic = services.GetService<ActorsMeter>()?.Tensors; // null where no silo is
    private readonly TensorArrivals? arrivals = services.GetService<TensorArrivals>();

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, TensorChunk? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        using Tensor part = value!.Part!;
        using Tensor onHost = part.cpu();
        Span<byte> bytes = onHost.bytes;
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(TensorChunk), WireType.LengthPrefixed);
        writer.WriteVarUInt32(checked((uint)(HeadBytes + bytes.Length)));
        writer.WriteInt64(value.Arrival);
        writer.WriteInt64(value.Offset);
        writer.WriteUInt64(Checksum(value.Arrival, value.Offset));
        writer.WriteUInt64(XxHash3.HashToUInt64(bytes));
        writer.Write(bytes);
        traffic?.Encoded(bytes.Length);
    }

    /// <inheritdoc/>
    public TensorChunk ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        uint length = reader.ReadVarUInt32();
        long arrival = reader.ReadInt64(), offset = reader.ReadInt64();
        ulong head = reader.ReadUInt64(), checksum = reader.ReadUInt64();
        long count = (long)length - HeadBytes;
        if (count < 0)
        {
            throw new InvalidDataException($"A chunk of a tensor has {length} bytes, which is less than its head. The silos run different versions.");
        }

        reader.EnsureAvailable((uint)count);
        using ArrivingPart? part = head == Checksum(arrival, offset) ? arrivals?.Part(arrival, offset, count) : null;
        if (part is null)
        {
            reader.Skip(count); // damaged, or nobody waits for it any more
            return TensorChunk.Arrived(isIntact: false);
        }

        Span<byte> bytes = part.Elements.bytes;
        reader.ReadBytes(bytes);
        traffic?.Decoded(bytes.Length);
        return TensorChunk.Arrived(XxHash3.HashToUInt64(bytes) == checksum);
    }

    private static ulong Checksum(long arrival, long offset)
    {
        Span<long> head = [arrival, offset];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(head));
    }
}
