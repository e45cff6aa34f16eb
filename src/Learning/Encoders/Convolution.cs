using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>A square convolution of stride 1 that keeps height and width, [B, C, H, W] to [B, W, H, W], and is right for any number of channels.</summary>
/// <remarks>
/// libtorch 2.10 brings oneDNN 3.7.1, which works in blocks of 8 (AVX2) or 16 channels (AVX-512) and was seen not to clear what is left over of a block that
/// is not full: input gradients, and outputs where the input is blocked too, then hold what freed memory held, silently or as NaN (docs/design.md, "Native libraries").
/// So channels are filled up with zeros on a CPU, where it matters. Weights, their names and what they are drawn from are those of <c>nn.Conv2d</c>.
/// </remarks>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private const long Block = 16;
    private const long MostPlain = 8; // as many input channels are not blocked, or fill a block

    private readonly Parameter weight; // [W, C, K, K]
    private readonly Parameter? bias; // [W]
    private readonly long padding;

    /// <summary>Draws the weights.</summary>
    public Convolution(long channels, long width, long kernel, bool bias = true)
        : base(nameof(Convolution))
    {
        Conv2d drawn = nn.Conv2d(channels, width, kernel, bias: bias); // not disposed: its parameters live on here
        (weight, this.bias, padding) = (drawn.weight!, drawn.bias, kernel / 2);
        RegisterComponents();
    }

    /// <summary>[W, C, K, K].</summary>
    public Parameter Weight => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        long width = weight.shape[0], channels = weight.shape[1];
        bool onCpu = input.device_type == DeviceType.CPU;
        long moreChannels = onCpu && channels > MostPlain ? Missing(channels) : 0;
        long moreWidth = onCpu && input.requires_grad ? Missing(width) : 0;
        if (moreChannels == 0 && moreWidth == 0)
        {
            return nn.functional.conv2d(input, weight, bias, padding: [padding, padding]);
        }

        using var scope = NewDisposeScope();
        Tensor filled = moreChannels == 0 ? input : nn.functional.pad(input, [0, 0, 0, 0, 0, moreChannels]); // [B, C + more, H, W]
        Tensor filledWeight = nn.functional.pad(weight, [0, 0, 0, 0, 0, moreChannels, 0, moreWidth]); // [W + more, C + more, K, K]
        Tensor? filledBias = bias is null || moreWidth == 0 ? bias : nn.functional.pad(bias, [0, moreWidth]);
        Tensor output = nn.functional.conv2d(filled, filledWeight, filledBias, padding: [padding, padding]);
        return (moreWidth == 0 ? output : output.narrow(1, 0, width)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            weight.Dispose();
            bias?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;
}
