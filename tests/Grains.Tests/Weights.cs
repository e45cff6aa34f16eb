using Actors.Learning.Checkpoints;
using TorchSharp;

namespace Actors.Grains.Tests;

/// <summary>Compares the modules of checkpoints.</summary>
internal static class Weights
{
    /// <summary>Every module's tensors, as raw numbers, of one step's checkpoint.</summary>
    public static SortedDictionary<string, float[]> Of(string runFolder, long step, bool withOptimizer = false)
    {
        var result = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        Checkpoint checkpoint = new CheckpointStore(Path.Combine(runFolder, "checkpoints")).Open(step);
        foreach (string file in Directory.EnumerateFiles(checkpoint.Folder, "*.safetensors"))
        {
            string module = Path.GetFileNameWithoutExtension(file);
            if (!withOptimizer && (module.StartsWith("optimizer.", StringComparison.Ordinal) || module.StartsWith("server.", StringComparison.Ordinal)))
            {
                continue;
            }

            using SafetensorsContent content = checkpoint.ReadTensors(module);
            foreach ((string name, torch.Tensor tensor) in content.Tensors)
            {
                result[$"{module}/{name}"] = tensor.to(torch.ScalarType.Float32).data<float>().ToArray();
            }
        }

        return result;
    }

    public static void AssertSameBits(SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key]));
    }

    public static void AssertClose(SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, float[] values) in expected)
        {
            double greatest = values.Zip(actual[name], (a, b) => Math.Abs(a - b)).Max();
            Assert.True(greatest <= tolerance, $"{name} differs by {greatest}, more than {tolerance}.");
        }
    }
}
