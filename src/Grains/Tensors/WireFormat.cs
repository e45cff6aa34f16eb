using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// In what numbers tensors travel in one direction. Rounding is the sender's work, on its lane, whether or not the receiver is on the same silo: the layout of
/// a run changes no bit.
/// </summary>
public sealed class WireFormat
{
    /// <summary>Key of the format of what shards average.</summary>
    internal const string ReductionKey = "wire.reduction";

    /// <summary>As they are: float32.</summary>
    public static readonly WireFormat Full = new("fp32", ScalarType.Float32);

    private static readonly WireFormat[] All = [Full, new("bf16", ScalarType.BFloat16), new("fp16", ScalarType.Float16)];

    private readonly string name;
    private readonly ScalarType type;

    private WireFormat(string name, ScalarType type) => (this.name, this.type) = (name, type);

    /// <summary>Names of the formats.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(format => format.name)];

    /// <summary>True where numbers are rounded to 16 bits.</summary>
    public bool IsHalf => this != Full;

    /// <summary>A format by its name.</summary>
    /// <exception cref="ArgumentException">None has it; lists those there are.</exception>
    public static WireFormat Of(string name) =>
        Array.Find(All, format => format.name == name)
        ?? throw new ArgumentException($"A wire format must be one of {string.Join(", ", Names)}, but is '{name}'.", nameof(name));

    /// <summary>Rounds to the format.</summary>
    /// <param name="values">Any shape, float32; stays the caller's.</param>
    /// <param name="key">The key of the configuration that asks for it.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">fp16 cannot hold one of the values.</exception>
    public Tensor Round(Tensor values, string key) => Round([values], key)[0];

    /// <summary>Rounds several tensors, or none of them.</summary>
    /// <inheritdoc cref="Round(Tensor, string)"/>
    public IReadOnlyList<Tensor> Round(IReadOnlyList<Tensor> values, string key)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] rounded = [.. values.Select(tensor => RoundOne(tensor, key))];
        Array.ForEach(rounded, tensor => tensor.DetachFromDisposeScope());
        return rounded;
    }

    private Tensor RoundOne(Tensor values, string key)
    {
        Tensor rounded = values.to(type, copy: true);
        if (type == ScalarType.Float16 && !rounded.isfinite().all().item<bool>())
        {
            throw new InvalidDataException(
                $"With {key}: fp16 every value must be finite and within ±65,504, "
                + $"but the greatest is {values.abs().max().item<float>():G4}. Use bf16 or fp32.");
        }

        return rounded;
    }
}
