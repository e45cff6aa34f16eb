using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Parameters;

/// <summary>All parameters of a module as views of one contiguous tensor, and all their gradients as views of another.</summary>
/// <remarks>
/// An optimiser step is then a few operations on one tensor, clipping and ×k are one, and what travels to other shards is one span
/// (docs/design.md, "Flat parameters"). Gradients are set to zero, never to null, so that the views stay.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> views = [];

    /// <summary>Moves the parameters onto one buffer on the device they are on. The module keeps working as before.</summary>
    /// <param name="parameters">Name and parameter, float32, all on one device; the order is the order in the buffer.</param>
    public FlatParameters(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        (string Name, Parameter Parameter)[] list = [.. parameters];
        if (list.Length == 0)
        {
            throw new ArgumentException("A module must have at least one parameter to be flattened, but has none.", nameof(parameters));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Device device = list[0].Parameter.device;
        long total = list.Sum(p => p.Parameter.numel());
        Values = empty(total, ScalarType.Float32, device).DetachFromDisposeScope(); // [P]
        Gradients = zeros(total, ScalarType.Float32, device).DetachFromDisposeScope(); // [P]
        var segments = new List<FlatSegment>();
        long offset = 0;
        foreach ((string name, Parameter parameter) in list)
        {
            long[] shape = parameter.shape;
            long length = parameter.numel();
            Tensor value = Values.narrow(0, offset, length).view(shape).DetachFromDisposeScope();
            Tensor gradient = Gradients.narrow(0, offset, length).view(shape).DetachFromDisposeScope();
            value.copy_(parameter);
            parameter.set_(value);
            parameter.grad = gradient;
            views.Add(value);
            views.Add(gradient);
            segments.Add(new FlatSegment(name, offset, length, shape));
            offset += length;
        }

        Segments = segments;
    }

    /// <summary>Every parameter, [P], float32. Owned by this object.</summary>
    public Tensor Values { get; }

    /// <summary>Every gradient, [P], float32. Owned by this object.</summary>
    public Tensor Gradients { get; }

    /// <summary>Where each parameter lies, in buffer order.</summary>
    public IReadOnlyList<FlatSegment> Segments { get; }

    /// <summary>P, the number of elements.</summary>
    public long Count => Values.numel();

    /// <summary>The stretch of a parameter.</summary>
    /// <exception cref="KeyNotFoundException">No parameter has this name.</exception>
    public FlatRange Range(string name)
    {
        FlatSegment segment = Segments.FirstOrDefault(s => s.Name == name)
            ?? throw new KeyNotFoundException($"No parameter is named '{name}'. Known: {string.Join(", ", Segments.Select(s => s.Name))}.");
        return new FlatRange(segment.Offset, segment.Length);
    }

    /// <summary>Sets every gradient to zero, in place.</summary>
    public void ZeroGradients() => Gradients.zero_();

    /// <inheritdoc/>
    public void Dispose()
    {
        views.ForEach(view => view.Dispose());
        Values.Dispose();
        Gradients.Dispose();
    }
}
