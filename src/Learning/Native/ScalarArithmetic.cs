using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Native;

/// <summary>torch's arithmetic with numbers, whose native side lives until the operation is over.</summary>
/// <remarks>
/// A number that is handed to TorchSharp as it is becomes a <see cref="Scalar"/> that nobody holds while native code reads it. If the collector comes in
/// between, its finalizer frees it there: the operation fails with "Expected false to be true", or computes with another number (TorchSharp 0.107, Release
/// builds). TorchSharp's own <c>+</c> has the same fault, since it makes a 1. <c>HeldScalarTests</c> finds such calls.
/// </remarks>
public static class ScalarArithmetic
{
    private static readonly Scalar One = 1;

    /// <summary>x ← x·<paramref name="factor"/>, as <c>mul_</c>.</summary>
    /// <returns>The tensor itself, by another handle.</returns>
    public static Tensor MultiplyBy(this Tensor x, double factor)
    {
        using Scalar held = factor;
        return x.mul_(held);
    }

    /// <summary>x ← x/<paramref name="divisor"/>, as <c>div_</c>.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor DivideBy(this Tensor x, double divisor)
    {
        using Scalar held = divisor;
        return x.div_(held);
    }

    /// <summary>x ← x + <paramref name="term"/>, as <c>add_</c>.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor Increase(this Tensor x, double term)
    {
        using Scalar held = term;
        return x.add_(held, One);
    }

    /// <summary>x ← x − <paramref name="term"/>, as <c>sub_</c>.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor Decrease(this Tensor x, double term)
    {
        using Scalar held = term;
        return x.sub_(held);
    }

    /// <summary>x ← x + <paramref name="factor"/>·<paramref name="other"/>, as <c>add_</c> with its alpha.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor AddScaled(this Tensor x, Tensor other, double factor)
    {
        using Scalar held = factor;
        return x.add_(other, held);
    }

    /// <summary>x ← x + <paramref name="factor"/>·a·b by elements, as <c>addcmul_</c>.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor AddProduct(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar held = factor;
        return x.addcmul_(a, b, held);
    }

    /// <summary>x ← x + <paramref name="factor"/>·a/b by elements, as <c>addcdiv_</c>.</summary>
    /// <inheritdoc cref="MultiplyBy"/>
    public static Tensor AddQuotient(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar held = factor;
        return x.addcdiv_(a, b, held);
    }

    /// <summary>x + <paramref name="other"/>, as <c>add</c>.</summary>
    /// <returns>A new tensor; the caller or its scope disposes it.</returns>
    public static Tensor Plus(this Tensor x, Tensor other) => x.add(other, One);

    /// <summary>x·<paramref name="factor"/>, as <c>mul</c>.</summary>
    /// <inheritdoc cref="Plus"/>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar held = factor;
        return x.mul(held);
    }

    /// <summary>x/<paramref name="divisor"/>, as <c>div</c>.</summary>
    /// <inheritdoc cref="Plus"/>
    public static Tensor Over(this Tensor x, double divisor)
    {
        using Scalar held = divisor;
        return x.div(held);
    }

    /// <summary>True where an element is at least <paramref name="bound"/>, as <c>ge</c>.</summary>
    /// <inheritdoc cref="Plus"/>
    public static Tensor Reaches(this Tensor x, double bound)
    {
        using Scalar held = bound;
        return x.ge(held);
    }

    /// <summary>No element greater than <paramref name="bound"/>, as <c>clamp</c>.</summary>
    /// <inheritdoc cref="Plus"/>
    public static Tensor AtMost(this Tensor x, double bound)
    {
        using Scalar held = bound;
        return x.clamp(max: held);
    }

    /// <summary><paramref name="value"/> everywhere, in the shape, type and on the device of x, as <c>full_like</c>.</summary>
    /// <inheritdoc cref="Plus"/>
    public static Tensor FilledLike(this Tensor x, double value)
    {
        using Scalar held = value;
        return full_like(x, held);
    }
}
