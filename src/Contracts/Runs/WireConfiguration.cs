namespace Actors.Contracts.Runs;

/// <summary>
/// In what numbers workers tell each other what they found: <c>fp32</c> as it is, <c>bf16</c> or <c>fp16</c> rounded to 16 bits. The same within a silo and
/// between silos.
/// </summary>
[GenerateSerializer, Immutable, Alias("Actors.WireConfiguration")]
public sealed record WireConfiguration
{
    /// <summary>Features, from an encoder to the fusion.</summary>
    [Id(0)] public string Features { get; init; } = "fp32";

    /// <summary>Gradients of the features, from the fusion to an encoder.</summary>
    [Id(1)] public string Gradients { get; init; } = "fp32";

    /// <summary>Gradients or parameters that shards average, both ways. Batch statistics are fp32 always.</summary>
    [Id(2)] public string Reduction { get; init; } = "fp32";
}
