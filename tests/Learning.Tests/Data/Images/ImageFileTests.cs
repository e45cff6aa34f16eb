using Actors.Learning.Data.Images;
using SkiaSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data.Images;

public sealed class ImageFileTests
{
    private static readonly ImageOptions Small = new() { Height = 3, Width = 4, Normalization = "none" };

    [Fact]
    public void Read_SameSize_KeepsEveryPixelInItsPlace()
    {
        using Tensor picture = ImageFile.Read(Encoded(4, 3, SKEncodedImageFormat.Png), Small); // [3, 3, 4]
        for (int y = 0; y < 3; y++)
        {
            for (int x = 0; x < 4; x++)
            {
                Assert.Equal(10 * x / 255f, picture[0, y, x].item<float>(), 1e-6f);
                Assert.Equal(20 * y / 255f, picture[1, y, x].item<float>(), 1e-6f);
            }
        }
    }

    [Fact]
    public void Check_PngCutAnywhere_IsRefused()
    {
        byte[] whole = Encoded(20, 10, SKEncodedImageFormat.Png);
        ImageFile.Check(whole);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ImageFile.Check(whole[..length]));
        }
    }

    [Fact]
    public void Read_JpegCutInTheMiddle_IsRefusedAndNotHalfAPicture()
    {
        byte[] whole = Encoded(64, 64, SKEncodedImageFormat.Jpeg);
        ImageFile.Read(whole, Small).Dispose();
        Assert.Throws<InvalidDataException>(() => ImageFile.Read(whole[..(whole.Length * 2 / 3)], Small));
    }

    private static byte[] Encoded(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, new SKColor((byte)(10 * x), (byte)(20 * y), (byte)(x * y)));
            }
        }

        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
