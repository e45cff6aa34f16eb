namespace Actors.Contracts.Events;

/// <summary>What one modality did in one step. Null where the method and the fusion give no unimodal prediction.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ModalityStep")]
public sealed record ModalityStep
{
    /// <summary>The modality, as the run names it.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Mean cross-entropy of the unimodal prediction, in nats.</summary>
    [Id(1)] public required double? Loss { get; init; }

    /// <summary>Part of the samples that the unimodal prediction got right, in [0, 1].</summary>
    [Id(2)] public required double? Accuracy { get; init; }

    /// <summary>s: mean true-class probability of the unimodal prediction, in [0, 1].</summary>
    [Id(3)] public required double? Score { get; init; }

    /// <summary>r: mean score of the others over its own.</summary>
    [Id(4)] public required double? Ratio { get; init; }

    /// <summary>k: what its learning was multiplied by; 1 where the method does not balance.</summary>
    [Id(5)] public required double Coefficient { get; init; }

    /// <summary>Length of the encoder's and head's gradient, after the reduction over shards and before ×k and clipping.</summary>
    [Id(6)] public required double GradientNorm { get; init; }
}
