using Actors.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>ResNet's basic block: two 3×3 convolutions beside a shortcut.</summary>
internal sealed class ResNetBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Sequential? downsample;

    public ResNetBlock(long channels, long width, long stride)
        : base(nameof(ResNetBlock))
    {
        conv1 = nn.Conv2d(channels, width, 3, stride: stride, padding: 1, bias: false);
        bn1 = nn.BatchNorm2d(width);
        conv2 = nn.Conv2d(width, width, 3, padding: 1, bias: false);
        bn2 = nn.BatchNorm2d(width);
        downsample = stride == 1 && channels == width
            ? null
            : nn.Sequential(("0", nn.Conv2d(channels, width, 1, stride: stride, bias: false)), ("1", nn.BatchNorm2d(width)));
        RegisterComponents();
    }

    /// <summary>[B, C, H, W] to [B, width, H/stride, W/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor maps = nn.functional.relu(bn1.call(conv1.call(input)));
        maps = bn2.call(conv2.call(maps));
        Tensor shortcut = downsample is null ? input : downsample.call(input);
        return nn.functional.relu(maps.Plus(shortcut)).MoveToOuterDisposeScope();
    }
}
