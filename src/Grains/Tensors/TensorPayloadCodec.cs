using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Actors.Grains.Diagnostics;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// A tensor on the wire: form, type, rank, dimensions, checksum (XXH3 of all but itself); then, of a small one, the silo it is from and raw bytes, from and to
/// native memory
/// without an array between; of a large one, where it can be fetched.
/// </summary>
[RegisterSerializer]
public sealed class TensorPayloadCodec(IServiceProvider services) : IFieldCodec<TensorPayload>
{
    private const byte Whole = 1;
    private const byte Lent = 2;
    private const byte Given = 3;
    private const int LongestAddress = 256;

    private readonly Lazy<(TensorTransfer? Transfer, ActorsMeter? Meter, byte[] Name)> silo = new(() =>
        services.GetService<ILocalSiloDetails>() is not { } local
            ? (null, null, []) // a serializer on its own
            : (services.GetService<TensorTransfer>(), services.GetService<ActorsMeter>(), Encoding.UTF8.GetBytes(local.SiloAddress.ToParsableString())));

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, TensorPayload? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
        {
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(TensorPayload), WireType.LengthPrefixed);
        using Lock.Scope held = value!.Hold();
        if (value.Peek() is { } tensor && IsSmall(TensorLayout.Of(tensor)))
        {
            WriteWhole(ref writer, tensor);
            value.Leave();
        }
        else
        {
            WriteTicket(ref writer, value.ToTicket(silo.Value.Transfer!));
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
        reader.EnsureAvailable(length);
        byte form = reader.ReadByte(), type = reader.ReadByte(), rank = reader.ReadByte(), named = reader.ReadByte();
        long rest = length - 4 - (8L * rank) - named - 8;
        if (form is < Whole or > Given || rank > TensorLayout.GreatestRank || rest < 0)
        {
            throw new InvalidDataException(
                $"A tensor in a message has form {form}, rank {rank} and {length} bytes, which is none. The silos run different versions.");
        }

        long[] shape = new long[rank];
        reader.ReadBytes(MemoryMarshal.AsBytes(shape.AsSpan()));
        byte[] sender = reader.ReadBytes(named);
        byte[] head = [form, type, rank, named, .. MemoryMarshal.AsBytes(shape.AsSpan()), .. sender];
        ulong checksum = reader.ReadUInt64();
        var layout = new TensorLayout((ScalarType)type, shape);
        TensorPayload payload = form == Whole
            ? ReadWhole(ref reader, layout, rest, head, sender, checksum)
            : ReadTicket(ref reader, layout, rest, head, checksum);
        ReferenceCodec.RecordObject(reader.Session, payload);
        return payload;
    }

    private bool IsSmall(TensorLayout layout)
    {
        long most = silo.Value.Transfer?.ChunkBytes ?? Array.MaxLength / 2;
        return layout.ByteCount <= most
            || (silo.Value.Transfer is null
                ? throw new NotSupportedException($"A tensor {layout.Text} is too large for one message, and only a silo can send it in chunks.")
                : false);
    }

    private void WriteWhole<TBufferWriter>(ref Writer<TBufferWriter> writer, Tensor tensor)
        where TBufferWriter : IBufferWriter<byte>
    {
        using Tensor detached = tensor.detach();
        using Tensor onHost = detached.cpu();
        using Tensor dense = onHost.contiguous();
        Span<byte> bytes = dense.bytes;
        Write(ref writer, Whole, TensorLayout.Of(dense), silo.Value.Name, bytes);
        silo.Value.Meter?.Tensors.Encoded(bytes.Length);
    }

    private static void WriteTicket<TBufferWriter>(ref Writer<TBufferWriter> writer, TensorTicket ticket)
        where TBufferWriter : IBufferWriter<byte>
    {
        byte[] where = [.. BitConverter.GetBytes(ticket.Kept), .. Encoding.UTF8.GetBytes(ticket.Silo.ToParsableString())];
        Write(ref writer, ticket.IsGiven ? Given : Lent, ticket.Layout, [], where);
    }

    private static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, byte form, TensorLayout layout, byte[] sender, ReadOnlySpan<byte> rest)
        where TBufferWriter : IBufferWriter<byte>
    {
        byte[] head = [form, (byte)layout.Type, (byte)layout.Shape.Length, (byte)sender.Length, .. MemoryMarshal.AsBytes(layout.Shape.AsSpan()), .. sender];
        writer.WriteVarUInt32(checked((uint)(head.Length + 8 + rest.Length)));
        writer.Write(head);
        writer.WriteUInt64(Checksum(head, rest));
        writer.Write(rest);
    }

    private static ulong Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest) => XxHash3.HashToUInt64(rest, unchecked((long)XxHash3.HashToUInt64(head)));

    private TensorPayload ReadWhole<TInput>(ref Reader<TInput> reader, TensorLayout layout, long rest, byte[] head, byte[] sender, ulong checksum)
    {
        if (layout.ByteCount != rest)
        {
            throw new InvalidDataException($"A tensor {layout.Text} does not take the {rest} bytes of its message. The silos run different versions.");
        }

        Tensor tensor = empty(layout.Shape, layout.Type).DetachFromDisposeScope();
        try
        {
            Span<byte> bytes = tensor.bytes;
            reader.ReadBytes(bytes);
            silo.Value.Meter?.Tensors.Decoded(bytes.Length);
            Check(layout, Checksum(head, bytes) == checksum);
            if (sender.Length > 0 && !sender.AsSpan().SequenceEqual(silo.Value.Name)) // within a silo only where everything is encoded
            {
                silo.Value.Meter?.Links.Came(SiloAddress.FromParsableString(Encoding.UTF8.GetString(sender)), bytes.Length);
            }
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return TensorPayload.Give(tensor);
    }

    private TensorPayload ReadTicket<TInput>(ref Reader<TInput> reader, TensorLayout layout, long rest, byte[] head, ulong checksum)
    {
        if (rest is <= 8 or > 8 + LongestAddress)
        {
            throw new InvalidDataException(
                $"A tensor {layout.Text} is said to be fetched with {rest} bytes, which name no silo. The silos run different versions.");
        }

        byte[] where = reader.ReadBytes((uint)rest);
        Check(layout, Checksum(head, where) == checksum);
        var from = SiloAddress.FromParsableString(Encoding.UTF8.GetString(where.AsSpan(8)));
        return TensorPayload.At(new TensorTicket(from, BitConverter.ToInt64(where), layout, head[0] == Given), silo.Value.Transfer
            ?? throw new NotSupportedException($"A tensor {layout.Text} is to be fetched from {from}, which only a silo can do."));
    }

    private void Check(TensorLayout layout, bool isIntact)
    {
        if (!isIntact)
        {
            silo.Value.Meter?.Tensors.Damaged();
            throw new WorkerException($"A tensor {layout.Text} arrived with a wrong checksum. Check the network and the memory of both hosts.", isLost: true);
        }
    }
}
