using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// The place of a chunk that is being written. Until it is disposed the arrival it belongs to does not end, so that nobody writes into memory that its owner
/// has back.
/// </summary>
/// <param name="elements">A view [n]; becomes this object's.</param>
/// <param name="through">Called when this is disposed.</param>
internal sealed class ArrivingPart(Tensor elements, Action through) : IDisposable
{
    /// <summary>Where the chunk's elements go, [n].</summary>
    public Tensor Elements { get; } = elements;

    /// <inheritdoc/>
    public void Dispose()
    {
        Elements.Dispose();
        through();
    }
}
