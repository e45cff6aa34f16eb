using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>The tensors that the dataset's file must hold.</summary>
internal static class DigitTensors
{
    /// <summary>Samples of a clip at 8 kHz.</summary>
    public const int ClipLength = 6000;

    // N images or clips: as many as the first of its kind has.
    private static readonly (string Name, string Kind, long[] Shape)[] Wanted =
    [
        ("images", "image", [DigitImages.Size, DigitImages.Size]), ("image_labels", "image", []), ("image_split", "image", []),
        ("speech", "speech", [ClipLength]), ("speech_labels", "speech", []), ("speech_voice", "speech", []), ("speech_split", "speech", []),
    ];

    /// <summary>Every tensor that is missing or of another shape or type, one sentence each.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, Tensor> file)
    {
        foreach ((string name, string kind, long[] shape) in Wanted)
        {
            long count = file.TryGetValue(kind == "image" ? "images" : "speech", out Tensor? first) && first.dim() > 0 ? first.shape[0] : 0;
            long[] whole = [count, .. shape];
            if (!file.TryGetValue(name, out Tensor? tensor))
            {
                yield return $"the tensor '{name}' is missing.";
            }
            else if (tensor.dtype != ScalarType.Byte || !tensor.shape.SequenceEqual(whole))
            {
                yield return $"the tensor '{name}' must be bytes [{string.Join(", ", whole)}]; it is {tensor.dtype} [{string.Join(", ", tensor.shape)}].";
            }
        }
    }
}
