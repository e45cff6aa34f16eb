using System.Text.Json;
using static TorchSharp.torch;

namespace Actors.Learning.Checkpoints;

/// <summary>The JSON header of a safetensors file: names, types, shapes and places, all checked.</summary>
internal static class SafetensorsHeader
{
    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F32", ScalarType.Float32, 4), ("F64", ScalarType.Float64, 8), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Name and element size of a type.</summary>
    public static (string Name, int Size) Describe(ScalarType type)
    {
        var known = Types.FirstOrDefault(t => t.Type == type);
        return known.Name is null
            ? throw new ArgumentException($"Safetensors holds {string.Join(", ", Types.Select(t => t.Name))}, but a tensor is {type}. Convert it first.")
            : (known.Name, known.Size);
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes behind the header.</param>
    /// <param name="file">Name for errors.</param>
    /// <returns>Entries in the order of their data, and the metadata.</returns>
    public static (IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Parse(byte[] json, long dataLength, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var entries = new List<SafetensorsEntry>();
            var metadata = new Dictionary<string, string>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (JsonProperty note in property.Value.EnumerateObject())
                    {
                        metadata[note.Name] = note.Value.GetString() ?? throw new FormatException($"metadata '{note.Name}' must be a string");
                    }
                }
                else
                {
                    entries.Add(ParseEntry(property));
                }
            }

            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckCover(entries, dataLength);
            return (entries, metadata);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or OverflowException
            or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new CheckpointException($"{file}: not a usable safetensors file ({failure.Message}). Write it again, or use an earlier checkpoint.", failure);
        }
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property)
    {
        JsonElement value = property.Value;
        string typeName = value.GetProperty("dtype").GetString() ?? "";
        var type = Types.FirstOrDefault(t => t.Name == typeName);
        if (type.Name is null)
        {
            throw new FormatException($"tensor '{property.Name}' has dtype '{typeName}'; known are {string.Join(", ", Types.Select(t => t.Name))}");
        }

        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        JsonElement[] offsets = [.. value.GetProperty("data_offsets").EnumerateArray()];
        if (offsets.Length != 2)
        {
            throw new FormatException($"tensor '{property.Name}' must have two data_offsets, but has {offsets.Length}");
        }

        (long begin, long end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        long length = Length(property.Name, shape, type.Size);
        return begin < 0 || end - begin != length
            ? throw new FormatException(
                $"tensor '{property.Name}' of {typeName} [{string.Join(", ", shape)}] takes {length} bytes, but its offsets are {begin} to {end}")
            : new SafetensorsEntry(property.Name, type.Type, shape, begin, end);
    }

    /// <summary>Bytes of a tensor. Its strides must fit too, which an empty one has like any other, a dimension of 0 counting as 1.</summary>
    private static long Length(string name, long[] shape, int size)
    {
        Int128 span = size;
        foreach (long dimension in shape)
        {
            span *= dimension < 0 ? throw new FormatException($"tensor '{name}' has a negative dimension {dimension}") : Math.Max(1, dimension);
            if (span > long.MaxValue)
            {
                throw new FormatException($"tensor '{name}' of shape [{string.Join(", ", shape)}] is larger than any tensor can be");
            }
        }

        return shape.Contains(0) ? 0 : (long)span;
    }

    private static void CheckCover(List<SafetensorsEntry> entries, long dataLength)
    {
        long at = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != at)
            {
                string fault = entry.Begin < at ? "they overlap" : "there is a hole";
                throw new FormatException($"tensor '{entry.Name}' begins at byte {entry.Begin}, but the one before ends at {at}: {fault}");
            }

            at = entry.End;
        }

        if (at != dataLength)
        {
            throw new FormatException($"the tensors take {at} bytes, but {dataLength} follow the header");
        }
    }
}
