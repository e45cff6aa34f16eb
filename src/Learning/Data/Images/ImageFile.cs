using SkiaSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Images;

/// <summary>Decodes PNG and JPEG files.</summary>
internal static class ImageFile
{
    private static readonly double[] ImageNetMean = [0.485, 0.456, 0.406];
    private static readonly double[] ImageNetStd = [0.229, 0.224, 0.225];

    /// <summary>Checks a file: its structure, which tells best what is wrong, then that it decodes.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no PNG or JPEG, or cut short or damaged, or cannot be decoded; says what to do.</exception>
    public static void Check(byte[] file)
    {
        if (file.AsSpan().StartsWith(PngChunks.Signature))
        {
            PngChunks.Check(file);
        }
        else if (file.AsSpan().StartsWith(JpegSegments.Signature))
        {
            JpegSegments.Check(file);
        }

        Decode(file).Dispose(); // after these: of a file that is cut within its head it can only say that it is no picture
    }

    /// <summary>Decodes, resizes and normalises; what is transparent becomes white.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="options">Size, channels and normalization.</param>
    /// <returns>[Channels, Height, Width], float32, CPU. The caller disposes it.</returns>
    /// <exception cref="InvalidDataException">It cannot be decoded.</exception>
    public static Tensor Read(byte[] file, ImageOptions options)
    {
        using SKBitmap decoded = Decode(file);
        using var flat = new SKBitmap(new SKImageInfo(options.Width, options.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(flat))
        {
            canvas.Clear(SKColors.White);
            using SKImage image = SKImage.FromBitmap(decoded);
            canvas.DrawImage(image, new SKRect(0, 0, options.Width, options.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        ReadOnlySpan<byte> pixels = flat.GetPixelSpan(); // R, G, B, A
        int area = options.Width * options.Height;
        float[] values = new float[options.Channels * area];
        for (int i = 0; i < area; i++)
        {
            (double red, double green, double blue) = (pixels[4 * i] / 255.0, pixels[(4 * i) + 1] / 255.0, pixels[(4 * i) + 2] / 255.0);
            if (options.Channels == 1)
            {
                values[i] = Normalize((0.299 * red) + (0.587 * green) + (0.114 * blue), 1, options.Normalization);
            }
            else
            {
                values[i] = Normalize(red, 0, options.Normalization);
                values[area + i] = Normalize(green, 1, options.Normalization);
                values[(2 * area) + i] = Normalize(blue, 2, options.Normalization);
            }
        }

        return tensor(values, [options.Channels, options.Height, options.Width]).DetachFromDisposeScope();
    }

    private static SKCodec Open(byte[] file)
    {
        using SKData data = SKData.CreateCopy(file); // the codec counts itself as a user of it
        SKCodec? codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg)
        {
            return codec;
        }

        codec?.Dispose();
        throw new InvalidDataException("it must be a PNG or JPEG file, but does not begin as one; convert it to PNG or JPEG");
    }

    private static SKBitmap Decode(byte[] file)
    {
        using SKCodec codec = Open(file);
        var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(codec.Info.WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Premul).WithColorSpace(null)))
        {
            bitmap.Dispose();
            throw new InvalidDataException(
                $"there is no memory for its {codec.Info.Width} x {codec.Info.Height} pixels; make it smaller, or copy it anew if it is not that large");
        }

        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose(); // SKBitmap.Decode would pass half a picture for a whole one
        throw new InvalidDataException($"its picture cannot be decoded as a whole ({result}); copy it anew");
    }

    private static float Normalize(double value, int channel, ImageNormalization normalization) => (float)(normalization switch
    {
        ImageNormalization.ImageNet => (value - ImageNetMean[channel]) / ImageNetStd[channel],
        ImageNormalization.Half => (value - .5) / .5,
        _ => value,
    });
}
