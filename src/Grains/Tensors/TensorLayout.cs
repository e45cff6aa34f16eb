using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>What a tensor's bytes mean: type and shape, dense, in row-major order.</summary>
/// <param name="Type">Of an element.</param>
/// <param name="Shape">Dimensions, each ≥ 0; empty for a scalar.</param>
internal readonly record struct TensorLayout(ScalarType Type, long[] Shape)
{
    /// <summary>More dimensions than anything here has.</summary>
    public const int GreatestRank = 16;

    /// <summary>Bytes of one element.</summary>
    /// <exception cref="InvalidDataException">Not a type that travels.</exception>
    public int ElementSize => Type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new InvalidDataException($"A tensor in a message must be of a real type of 1, 2, 4 or 8 bytes, but is of {Type}."),
    };

    /// <summary>Number of elements.</summary>
    /// <exception cref="InvalidDataException">A dimension is negative or the product has no number.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long length in Shape)
            {
                if (length < 0 || (length != 0 && count > long.MaxValue / 8 / length))
                {
                    throw new InvalidDataException($"A tensor in a message must have dimensions that a machine can hold, but has {Text}.");
                }

                count *= length;
            }

            return count;
        }
    }

    /// <summary>Bytes of all elements.</summary>
    public long ByteCount => ElementCount * ElementSize;

    /// <summary>For messages to people: <c>Float32 [3, 4]</c>.</summary>
    public string Text => $"{Type} [{string.Join(", ", Shape)}]";

    /// <summary>Layout of a tensor once it is dense.</summary>
    public static TensorLayout Of(Tensor tensor) => new(tensor.dtype, tensor.shape);
}
