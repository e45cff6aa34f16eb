namespace Actors.Learning.Encoders;

/// <summary>Which encoder a modality gets, and its settings.</summary>
public sealed record EncoderOptions
{
    /// <summary>One of <see cref="EncoderCatalog.Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Channels of the first stage; later stages double it. Null: the encoder's own default.</summary>
    public int? Width { get; init; }

    /// <summary>Features D that <c>convnet</c> ends in. Null: the encoder's own default. <c>lenet</c> and <c>resnet18</c> fix theirs.</summary>
    public int? Features { get; init; }

    /// <summary>Number of stages after the first (<c>lenet</c>: its L; <c>convnet</c>: stages in all). Null: the encoder's own default.</summary>
    public int? Depth { get; init; }

    /// <summary>A safetensors file to start from, names as in the PyTorch twin; a head of another shape (<c>fc.*</c>) is left out. Null: random.</summary>
    public string? Weights { get; init; }
}
