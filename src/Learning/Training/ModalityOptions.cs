using Actors.Learning.Encoders;

namespace Actors.Learning.Training;

/// <summary>One modality of a run.</summary>
/// <param name="Name">Name the dataset gives it.</param>
/// <param name="Encoder">Its encoder.</param>
public sealed record ModalityOptions(string Name, EncoderOptions Encoder);
