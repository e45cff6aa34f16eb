using Actors.Learning.Data.Images;
using SkiaSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data.Images;

public sealed class ImageFileTests
{
    private static readonly ImageOptions Small = new() { Height = 3, Width = 4, Normalization = ImageNormalization.None };

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
    public void Check_PngWithAByteDamaged_IsRefusedOrStillTheSamePicture()
    {
        byte[] whole = Encoded(20, 10, SKEncodedImageFormat.Png);
        using Tensor picture = ImageFile.Read(whole, Small);
        int refused = 0;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            try
            {
                ImageFile.Check(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
                continue;
            }

            using Tensor still = ImageFile.Read(damaged, Small);
            Assert.True(picture.bytes.SequenceEqual(still.bytes), $"byte {at}");
        }

        Assert.InRange(refused, whole.Length / 2, whole.Length);
    }

    [Fact]
    public void Check_PngWithDamagedPicture_NamesTheChunk()
    {
        byte[] damaged = Encoded(20, 10, SKEncodedImageFormat.Png);
        damaged[damaged.AsSpan().IndexOf("IDAT"u8) + 20] ^= 1;
        Assert.Contains("'IDAT' has another checksum", Assert.Throws<InvalidDataException>(() => ImageFile.Check(damaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_JpegCutAnywhere_IsRefused()
    {
        byte[] whole = Encoded(64, 64, SKEncodedImageFormat.Jpeg);
        ImageFile.Check(whole);
        ImageFile.Read(whole, Small).Dispose();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ImageFile.Check(whole[..length]));
        }

        ImageFile.Check([.. whole, 0, 0xFF, 1]); // what follows the picture is none of ours
    }

    [Theory]
    [InlineData(true, "FFD8 FFE0 0004 FFD9 FFDA 0003 00 1122 FF00 33 FFD0 44 FFD9")] // end mark within a segment; stuffing and a restart in the scan
    [InlineData(true, "FFD8 FFDA 0003 00 11 FFC4 0003 FF FFDA 0003 00 22 FFFF FFD9")] // two scans, a table between them, fill before the end
    [InlineData(true, "FFD8 00 FFFF FFDA 0002 FFD9 00")]
    [InlineData(false, "FFD8 FFDA 0003 00 11 FFC4 0003 FF FFDA 0003 00 22")]
    [InlineData(false, "FFD8 FFDA 0003 00 11 FFC4 0004 FFD9")]
    [InlineData(false, "FFD8 FFDA 0002 1122 FF")]
    [InlineData(false, "FFD8 FFDA 00")]
    [InlineData(false, "FFD8 FFD9")]
    [InlineData(false, "")]
    public void Check_Jpeg_NeedsTheEndAfterAScan(bool isWhole, string hex)
    {
        byte[] file = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Exception? refused = Record.Exception(() => JpegSegments.Check(file));
        Assert.Equal(isWhole, refused is null);
        Assert.True(refused is null or InvalidDataException);
    }

    [Fact]
    public void Read_JpegCutInTheMiddle_IsRefusedAndNotHalfAPicture()
    {
        byte[] whole = Encoded(64, 64, SKEncodedImageFormat.Jpeg);
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
