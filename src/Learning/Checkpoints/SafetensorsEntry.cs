using static TorchSharp.torch;

namespace Actors.Learning.Checkpoints;

/// <summary>Where one tensor lies in a safetensors file; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
