using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Actors.Learning.Checkpoints;

/// <summary>Reads and writes safetensors files: u64 header length, JSON header, raw data. No code can hide in one.</summary>
public static class Safetensors
{
    private const long MostHeaderBytes = 100_000_000;

    /// <summary>Writes tensors, in the order of their names, and waits until the disk has them.</summary>
    /// <param name="path">File to create or replace.</param>
    /// <param name="tensors">Any device and layout; they stay the caller's.</param>
    /// <param name="metadata">Notes to store; null: none.</param>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, Tensor>[] ordered = [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal)];
        byte[] header = Header(ordered, metadata);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        file.Write(header);
        foreach ((_, Tensor tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            file.Write(tensor.detach().cpu().contiguous().bytes); // straight from the tensor's memory
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads a file. The caller disposes the content.</summary>
    /// <exception cref="CheckpointException">The file is not safetensors, or lies about itself.</exception>
    public static SafetensorsContent Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: cannot be read ({failure.Message}).", failure);
        }
    }

    /// <summary>Reads from a stream that knows its length. The caller disposes the content.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="file">Name for errors.</param>
    public static SafetensorsContent Read(Stream stream, string file)
    {
        long total = stream.Length - stream.Position;
        Span<byte> prefix = stackalloc byte[8];
        if (total < 8)
        {
            throw Malformed(file, $"it has {total} bytes; a header length alone takes 8");
        }

        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(total - 8) || headerLength > MostHeaderBytes)
        {
            throw Malformed(file, $"its header claims {headerLength} bytes, but {total - 8} follow and {MostHeaderBytes} is the most");
        }

        byte[] json = new byte[headerLength];
        stream.ReadExactly(json);
        var (entries, metadata) = SafetensorsHeader.Parse(json, total - 8 - (long)headerLength, file);
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            foreach (SafetensorsEntry entry in entries)
            {
                Tensor tensor = empty(entry.Shape, entry.Type).DetachFromDisposeScope();
                tensors[entry.Name] = tensor;
                if (entry.End > entry.Begin)
                {
                    stream.ReadExactly(tensor.bytes); // straight into the tensor's memory
                }
            }
        }
        catch
        {
            new SafetensorsContent(tensors, metadata).Dispose();
            throw;
        }

        return new SafetensorsContent(tensors, metadata);
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string name, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            long at = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                (string type, int size) = SafetensorsHeader.Describe(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                Array.ForEach(tensor.shape, json.WriteNumberValue);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.numel() * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' '); // data aligned to 8, so that readers can map it
        }

        return buffer.ToArray();
    }

    private static CheckpointException Malformed(string file, string what) =>
        new($"{file}: not a usable safetensors file ({what}). Write it again, or use an earlier checkpoint.");
}
