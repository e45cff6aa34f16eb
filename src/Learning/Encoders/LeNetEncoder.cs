using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>MultiBench's LeNet: L + 1 blocks of convolution, batch norm, ReLU and 2×2 max-pooling down to 1×1.</summary>
/// <remarks>
/// The first convolution is 5×5, the others 3×3, none has a bias, channels double from block to block. LeNet(1, 6, 3) has 48 features, LeNet(1, 6, 5) 192.
/// </remarks>
public sealed class LeNetEncoder : Encoder
{
    private const int DefaultWidth = 6;

    private readonly ModuleList<nn.Module<Tensor, Tensor>> conv_layers = [];
    private readonly ModuleList<nn.Module<Tensor, Tensor>> bns = [];

    /// <summary>Makes the network for inputs [C, H, W].</summary>
    public LeNetEncoder(EncoderOptions options, IReadOnlyList<long> inputShape)
        : base(EncoderCatalog.LeNet)
    {
        long smaller = inputShape.Count == 3 ? Math.Min(inputShape[1], inputShape[2]) : 0;
        int depth = options.Depth ?? Math.Max(0, (int)Math.Floor(Math.Log2(Math.Max(1, smaller))) - 1);
        int blocks = depth + 1;
        if (inputShape.Count != 3 || depth < 0 || Halved(smaller, depth) <= 1)
        {
            throw new ArgumentException(
                $"Encoder '{EncoderCatalog.LeNet}' of depth {depth} takes [C, H, W] with H and W >= 2^({depth} + 1), "
                + $"but the input is [{string.Join(", ", inputShape)}]. Set depth to one less than the halvings that leave 1x1.");
        }

        long channels = inputShape[0];
        long width = options.Width ?? DefaultWidth;
        for (int block = 0; block < blocks; block++)
        {
            var convolution = new Convolution(channels, width, block == 0 ? 5 : 3, bias: false);
            nn.init.kaiming_uniform_(convolution.Weight);
            conv_layers.Add(convolution);
            bns.Add(nn.BatchNorm2d(width));
            (channels, width) = (width, width * 2);
        }

        FeatureCount = channels * (inputShape[1] >> blocks) * (inputShape[2] >> blocks);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long FeatureCount { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor maps = input;
        for (int block = 0; block < conv_layers.Count; block++)
        {
            maps = nn.functional.max_pool2d(nn.functional.relu(bns[block].call(conv_layers[block].call(maps))), 2); // [B, W·2^block, H/2, W/2]
        }

        return maps.flatten(1).MoveToOuterDisposeScope(); // [B, D]
    }
}
