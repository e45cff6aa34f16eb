using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>ResNet-18 without its classifier: 512 features, averaged over space, and over time for frames.</summary>
/// <remarks>
/// Names are torchvision's, so that its state dict loads (its <c>fc</c> is left out). 11,170,240 parameters for one channel, 11,176,512 for three. Initialised
/// as the paper's code:
/// Kaiming normal (fan out) convolutions, batch-norm weights N(1, 0.02), biases 0.
/// </remarks>
public sealed class ResNet18Encoder : Encoder
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;

    /// <summary>Makes the network for inputs [C, H, W], or frames [C, T, H, W].</summary>
    public ResNet18Encoder(IReadOnlyList<long> inputShape)
        : base(EncoderCatalog.ResNet18)
    {
        if (inputShape.Count is not (3 or 4))
        {
            throw new ArgumentException(
                $"Encoder '{EncoderCatalog.ResNet18}' takes [C, H, W] or [C, T, H, W], but the input is [{string.Join(", ", inputShape)}].");
        }

        conv1 = nn.Conv2d(inputShape[0], 64, 7, stride: 2, padding: 3, bias: false);
        bn1 = nn.BatchNorm2d(64);
        layer1 = Layer(64, 64, 1);
        layer2 = Layer(64, 128, 2);
        layer3 = Layer(128, 256, 2);
        layer4 = Layer(256, 512, 2);
        RegisterComponents();
        using var noGrad = no_grad();
        foreach (nn.Module module in modules())
        {
            if (module is Conv2d convolution)
            {
                nn.init.kaiming_normal_(convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
            }
            else if (module is BatchNorm2d norm)
            {
                nn.init.normal_(norm.weight!, 1, 0.02);
                nn.init.zeros_(norm.bias!);
            }
        }
    }

    /// <inheritdoc/>
    public override long FeatureCount => 512;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long batch = input.shape[0];
        bool frames = input.dim() == 5;
        // Time must stand beside the batch before they are joined, or channels and frames mix without an error.
        Tensor maps = frames ? input.permute(0, 2, 1, 3, 4).flatten(0, 1) : input; // [B·T, C, H, W]
        maps = nn.functional.relu(bn1.call(conv1.call(maps)));
        maps = nn.functional.max_pool2d(maps, 3, stride: 2, padding: 1);
        maps = layer4.call(layer3.call(layer2.call(layer1.call(maps)))); // [B·T, 512, h, w]
        Tensor features = maps.mean([2, 3]); // [B·T, 512]
        return (frames ? features.view(batch, -1, FeatureCount).mean([1]) : features).MoveToOuterDisposeScope(); // [B, 512]
    }

    private static Sequential Layer(long channels, long width, long stride) =>
        nn.Sequential(("0", new ResNetBlock(channels, width, stride)), ("1", new ResNetBlock(width, width, 1)));
}
