namespace Actors.Contracts.Runs;

/// <summary>One modality of a run and its encoder. Null means the encoder's own default.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ModalityConfiguration")]
public sealed record ModalityConfiguration
{
    /// <summary>Name the dataset gives it.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Encoder by name: <c>convnet</c>, <c>lenet</c>, <c>resnet18</c>.</summary>
    [Id(1)] public required string Encoder { get; init; }

    /// <summary><c>convnet</c>, <c>lenet</c>: channels of the first stage, ≥ 1; each next one doubles them.</summary>
    [Id(2)] public int? Width { get; init; }

    /// <summary><c>convnet</c>: D, features it ends in, ≥ 1.</summary>
    [Id(3)] public int? Features { get; init; }

    /// <summary>Stages, ≥ 1: of <c>convnet</c> all, of <c>lenet</c> those after the first.</summary>
    [Id(4)] public int? Depth { get; init; }

    /// <summary>Safetensors file to start from.</summary>
    [Id(5)] public string? Weights { get; init; }
}
