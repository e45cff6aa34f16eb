using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>A square convolution of stride 1 that keeps height and width, [B, C, H, W] to [B, W, H, W], and is right for any number of channels.</summary>
/// <remarks>
/// libtorch 2.10 brings oneDNN 3.7.1, which works in blocks of 8 (AVX2) or 16 channels (AVX-512) and was seen not to clear what is left over of a block that
/// is not full: input gradients, and outputs where the input is blocked too, then hold what freed memory held, silently or as NaN (docs/design.md, "Native
/// libraries").
/// So channels are filled up with zeros on a CPU, where it matters. Weights, their names and what they are drawn from are those of <c>nn.Conv2d</c>.
/// </remarks>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private const long Block = 16;
    private const long MostPlain = 8; // as many input channels are not blocked, or fill a block

    private readonly Parameter weight; // [W, C, K, K]
    private readonly Parameter? bias; // [W]
    private readonly long padding;
    private readonly long width;
    private readonly long missingChannels; // of the last block of C
    private readonly long missingWidth; // of the last block of W

    /// <summary>Draws the weights.</summary>
    public Convolution(long channels, long width, long kernel, bool bias = true)
        : base(nameof(Convolution))
    {
        Conv2d drawn = nn.Conv2d(channels, width, kernel, bias: bias); // not disposed: its parameters live on here
        (weight, this.bias, padding, this.width) = (drawn.weight!, drawn.bias, kernel / 2, width);
        (missingChannels, missingWidth) = (channels > MostPlain ? Missing(channels) : 0, Missing(width));
        RegisterComponents();
    }

    /// <summary>[W, C, K, K].</summary>
    public Parameter Weight => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        long moreWidth = input.requires_grad ? missingWidth : 0;
        if ((missingChannels == 0 && moreWidth == 0) || input.device_type != DeviceType.CPU)
        {
            return nn.functional.conv2d(input, weight, bias, padding: [padding, padding]);
        }

        using var scope = NewDisposeScope();
        Tensor filled = missingChannels == 0 ? input : nn.functional.pad(input, [0, 0, 0, 0, 0, missingChannels]); // [B, C + missing, H, W]
        Tensor filledWeight = nn.functional.pad(weight, [0, 0, 0, 0, 0, missingChannels, 0, moreWidth]); // [W + more, C + missing, K, K]
        Tensor? filledBias = bias is null || moreWidth == 0 ? bias : nn.functional.pad(bias, [0, moreWidth]);
        Tensor output = nn.functional.conv2d(filled, filledWeight, filledBias, padding: [padding, padding]);
        return (moreWidth == 0 ? output : output.narrow(1, 0, width)).MoveToOuterDisposeScope();
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;
}
