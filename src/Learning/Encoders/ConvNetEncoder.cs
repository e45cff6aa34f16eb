using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>Small convolutional network for a CPU: stages of convolution 3×3, ReLU and 2×2 max-pooling, then one linear layer.</summary>
/// <remarks>
/// No batch statistics: D shards of batch B then learn what one shard of batch D·B learns. Width doubles from stage to stage. Pooling comes before the ReLU,
/// which
/// gives the same values at a quarter of the work.
/// </remarks>
public sealed class ConvNetEncoder : Encoder
{
    private const int DefaultWidth = 8;
    private const int DefaultDepth = 3;
    private const int DefaultFeatures = 64;

    private readonly Sequential stages;
    private readonly Linear project;

    /// <summary>Makes the network for inputs [C, H, W].</summary>
    public ConvNetEncoder(EncoderOptions options, IReadOnlyList<long> inputShape)
        : base(EncoderCatalog.ConvNet)
    {
        int depth = options.Depth ?? DefaultDepth;
        if (inputShape.Count != 3 || Halved(inputShape[1], depth) == 0 || Halved(inputShape[2], depth) == 0)
        {
            throw new ArgumentException(
                $"Encoder '{EncoderCatalog.ConvNet}' of depth {depth} takes [C, H, W] with H and W >= 2^{depth}, "
                + $"but the input is [{string.Join(", ", inputShape)}]. Lower the depth or take another encoder.");
        }

        FeatureCount = options.Features ?? DefaultFeatures;
        long channels = inputShape[0];
        long width = options.Width ?? DefaultWidth;
        var parts = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (int i = 0; i < depth; i++)
        {
            parts.Add(($"conv{i + 1}", new Convolution(channels, width, 3)));
            parts.Add(($"pool{i + 1}", nn.MaxPool2d(2)));
            parts.Add(($"relu{i + 1}", nn.ReLU()));
            (channels, width) = (width, width * 2);
        }

        stages = nn.Sequential(parts);
        project = nn.Linear(channels * (inputShape[1] >> depth) * (inputShape[2] >> depth), FeatureCount);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long FeatureCount { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor maps = stages.forward(input); // [B, W·2^(depth−1), H/2^depth, W/2^depth]
        return nn.functional.relu(project.forward(maps.flatten(1))).MoveToOuterDisposeScope(); // [B, D]
    }
}
