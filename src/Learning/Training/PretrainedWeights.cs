using System.Security.Cryptography;
using Actors.Learning.Checkpoints;
using Actors.Learning.Encoders;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>Starts an encoder from weights that somebody trained before, torchvision's among them.</summary>
public static class PretrainedWeights
{
    /// <summary>SHA-256 (hex) of each modality's file, [M]: replicas must begin with the same one. Null where there is none.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string?[] Digests(TrainingOptions options) =>
        [.. options.Modalities.Select(modality => modality.Encoder.Weights is { } path ? Digest(path) : null)];

    /// <summary>SHA-256 (hex) of a file.</summary>
    /// <exception cref="CheckpointException">It cannot be read.</exception>
    internal static string Digest(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: cannot be read ({failure.Message}).", failure);
        }
    }

    /// <summary>Copies a file's tensors into an encoder; its head stays random, and the file's classifier (<c>fc.*</c>, <c>head.*</c>) is left out.</summary>
    /// <exception cref="CheckpointException">
    /// Names or shapes differ; all differences are listed. A missing count of batches (<c>num_batches_tracked</c>) is none: files of older torch versions have
    /// none.
    /// </exception>
    internal static void Load(ModalityNetwork network, string path)
    {
        using var noGrad = no_grad();
        using SafetensorsContent file = Safetensors.Read(path);
        Dictionary<string, Tensor> wanted = network.NamedParameters().Select(p => (p.Name, Tensor: (Tensor)p.Parameter))
            .Concat(network.NamedBuffers().Select(b => (b.Name, Tensor: b.Buffer)))
            .Where(t => !IsClassifier(t.Name)).ToDictionary(t => t.Name, t => t.Tensor);
        string[] faults =
        [
            .. wanted.Keys.Where(name => !file.Tensors.ContainsKey(name) && !IsBatchCount(name)).Select(name => $"'{name}' is missing"),
            .. file.Tensors.Keys.Where(name => !IsClassifier(name) && !wanted.ContainsKey(name)).Select(name => $"'{name}' is not the encoder's"),
            .. wanted.Where(t => file.Tensors.TryGetValue(t.Key, out Tensor? found) && !found.shape.SequenceEqual(t.Value.shape))
                .Select(t => $"'{t.Key}' must be [{string.Join(", ", t.Value.shape)}] but is [{string.Join(", ", file.Tensors[t.Key].shape)}]"),
        ];
        if (faults.Length > 0)
        {
            throw new CheckpointException($"{path}: the weights do not fit encoder '{network.Encoder.GetName()}': {string.Join("; ", faults)}. "
                + "Take weights of this encoder with this width, depth and number of input channels, or leave 'weights' out to begin with random ones.");
        }

        foreach ((string name, Tensor tensor) in wanted.Where(t => file.Tensors.ContainsKey(t.Key)))
        {
            tensor.copy_(file.Tensors[name]);
        }
    }

    private static bool IsBatchCount(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    private static bool IsClassifier(string name) =>
        name.StartsWith("fc.", StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal);
}
