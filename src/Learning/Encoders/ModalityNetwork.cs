using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>An encoder with its head: one modality's own classifier.</summary>
/// <remarks>State-dict names are the encoder's own, and <c>head.weight</c>, <c>head.bias</c>, so that the PyTorch twin loads them.</remarks>
public sealed class ModalityNetwork : IDisposable
{
    /// <summary>Joins an encoder, which it then owns, to a new head.</summary>
    /// <param name="encoder">f_i.</param>
    /// <param name="classCount">C.</param>
    public ModalityNetwork(Encoder encoder, int classCount)
    {
        Encoder = encoder;
        Head = nn.Linear(encoder.FeatureCount, classCount);
    }

    /// <summary>f_i: [B, …Shape] to [B, D].</summary>
    public Encoder Encoder { get; }

    /// <summary>[B, D] to [B, C].</summary>
    public Linear Head { get; }

    /// <summary>Parameters, the head's last, in a fixed order. Owned by the network.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        .. Encoder.named_parameters().Select(p => (p.name, p.parameter)),
        .. Head.named_parameters().Select(p => ($"head.{p.name}", p.parameter)),
    ];

    /// <summary>Buffers (batch statistics) in a fixed order. Owned by the network.</summary>
    public IReadOnlyList<(string Name, Tensor Buffer)> NamedBuffers() =>
        [.. Encoder.named_buffers().Select(b => (b.name, b.buffer))];

    /// <summary>Modules that have no parts, of both. Owned by the network.</summary>
    public IEnumerable<nn.Module<Tensor, Tensor>> Layers() =>
        Encoder.modules().Append(Head).OfType<nn.Module<Tensor, Tensor>>().Where(module => !module.children().Any());

    /// <summary>Moves both to a device.</summary>
    public void To(Device device)
    {
        Encoder.to(device);
        Head.to(device);
    }

    /// <summary>Switches to training (true) or evaluation.</summary>
    public void Train(bool training)
    {
        Encoder.train(training);
        Head.train(training);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Head.Dispose();
    }
}
