namespace Actors.Learning.Tests.Encoders;

/// <summary>The names and shapes of torchvision's resnet18, by its rule: basic blocks, two in each of four layers.</summary>
internal static class TorchvisionResNet18
{
    /// <summary>State dict without <c>fc</c>.</summary>
    /// <param name="channels">Of the input; 3 in torchvision.</param>
    public static Dictionary<string, long[]> Shapes(long channels)
    {
        var shapes = new Dictionary<string, long[]> { ["conv1.weight"] = [64, channels, 7, 7] };
        Norm("bn1", 64);
        long width = 64;
        for (int layer = 1; layer <= 4; layer++)
        {
            long next = 64L << (layer - 1);
            for (int block = 0; block < 2; block++)
            {
                string name = $"layer{layer}.{block}";
                shapes[$"{name}.conv1.weight"] = [next, width, 3, 3];
                Norm($"{name}.bn1", next);
                shapes[$"{name}.conv2.weight"] = [next, next, 3, 3];
                Norm($"{name}.bn2", next);
                if (width != next) // the first block of layers 2, 3 and 4 also halves the image
                {
                    shapes[$"{name}.downsample.0.weight"] = [next, width, 1, 1];
                    Norm($"{name}.downsample.1", next);
                }

                width = next;
            }
        }

        return shapes;

        void Norm(string name, long count)
        {
            foreach (string part in new[] { "weight", "bias", "running_mean", "running_var" })
            {
                shapes[$"{name}.{part}"] = [count];
            }

            shapes[$"{name}.num_batches_tracked"] = [];
        }
    }
}
