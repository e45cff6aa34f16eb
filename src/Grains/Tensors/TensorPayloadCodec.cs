using System.Buffers;
using System.Runtime.InteropServices;
using Actors.Grains.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A tensor on the wire: dtype, rank, dimensions, raw bytes; from and to native memory without an array between.</summary>
[RegisterSerializer]
public sealed class TensorPayloadCodec(IServiceProvider services) : IFieldCodec<TensorPayload>
{
    private readonly TensorTraffic? traffic = services.GetService<ActorsMeter>()?.Tensors; // null where no silo is

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, TensorPayload? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
        {
            return;
        }

        using (value) // a floating tensor is the message's now
        using (Tensor detached = value!.Peek().detach())
        using (Tensor onHost = detached.cpu())
        using (Tensor bytes = onHost.contiguous())
        {
            long[] shape = bytes.shape;
            int head = 2 + (8 * shape.Length);
            writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(TensorPayload), WireType.LengthPrefixed);
            writer.WriteVarUInt32(checked((uint)(head + bytes.bytes.Length)));
            writer.WriteByte((byte)bytes.dtype);
            writer.WriteByte((byte)shape.Length);
            writer.Write(MemoryMarshal.AsBytes(shape.AsSpan()));
            writer.Write(bytes.bytes);
            traffic?.Encoded(bytes.bytes.Length);
        }
    }

    /// <inheritdoc/>
    public TensorPayload ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
        {
            return ReferenceCodec.ReadReference<TensorPayload, TInput>(ref reader, field)!;
        }

        field.EnsureWireType(WireType.LengthPrefixed);
        uint length = reader.ReadVarUInt32();
        var type = (ScalarType)reader.ReadByte();
        long[] shape = new long[reader.ReadByte()];
        reader.ReadBytes(MemoryMarshal.AsBytes(shape.AsSpan()));
        Tensor tensor = empty(shape, type).DetachFromDisposeScope();
        if (tensor.bytes.Length != length - 2 - (8 * shape.Length))
        {
            tensor.Dispose();
            throw new InvalidDataException($"A tensor of {type} [{string.Join(", ", shape)}] does not take the {length} bytes of its message. The silos run different versions.");
        }

        try
        {
            reader.ReadBytes(tensor.bytes);
        }
        catch
        {
            tensor.Dispose(); // the message is cut short
            throw;
        }

        traffic?.Decoded(tensor.bytes.Length);
        TensorPayload payload = TensorPayload.Float(tensor);
        ReferenceCodec.RecordObject(reader.Session, payload);
        return payload;
    }
}
