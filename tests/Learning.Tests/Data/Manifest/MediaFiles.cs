using System.Text;
using SkiaSharp;

namespace Actors.Learning.Tests.Data.Manifest;

/// <summary>Writes real sound and image files.</summary>
internal static class MediaFiles
{
    /// <summary>A WAV file of a sine, encoded as asked.</summary>
    public static void WriteWav(
        string path,
        int rate = 8000,
        double seconds = .5,
        int bits = 16,
        bool isFloat = false,
        int channels = 1,
        double hertz = 440,
        bool extensible = false,
        bool oddChunk = false,
        double amplitude = .5)
    {
        int frames = (int)(rate * seconds);
        using var data = new MemoryStream();
        using var samples = new BinaryWriter(data);
        for (int t = 0; t < frames; t++)
        {
            for (int c = 0; c < channels; c++)
            {
                double value = amplitude * Math.Sin(2 * Math.PI * hertz * t / rate);
                switch (bits, isFloat)
                {
                    case (8, _): samples.Write((byte)Math.Round((value * 127) + 128)); break;
                    case (16, _): samples.Write((short)Math.Round(value * 32767)); break;
                    case (24, _):
                        int whole = (int)Math.Round(value * 8388607);
                        samples.Write([(byte)whole, (byte)(whole >> 8), (byte)(whole >> 16)]);
                        break;
                    case (32, true): samples.Write((float)value); break;
                    case (64, true): samples.Write(value); break;
                    default: samples.Write((int)Math.Round(value * 2147483647)); break;
                }
            }
        }

        using var file = new BinaryWriter(File.Create(path));
        byte[] format = Format(rate, bits, isFloat, channels, extensible);
        byte[] odd = oddChunk ? [.. Encoding.ASCII.GetBytes("LIST"), 3, 0, 0, 0, 1, 2, 3, 0] : [];
        file.Write(Encoding.ASCII.GetBytes("RIFF"));
        file.Write((uint)(4 + 8 + format.Length + odd.Length + 8 + data.Length));
        file.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
        file.Write(format.Length);
        file.Write(format);
        file.Write(odd);
        file.Write(Encoding.ASCII.GetBytes("data"));
        file.Write((uint)data.Length);
        file.Write(data.ToArray());
    }

    /// <summary>A PNG or JPEG of one colour.</summary>
    public static void WriteImage(string path, SKColor color, int width = 20, int height = 10)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using SKData data = bitmap.Encode(path.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 95);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static byte[] Format(int rate, int bits, bool isFloat, int channels, bool extensible)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((ushort)(extensible ? 0xFFFE : isFloat ? 3 : 1));
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write((ushort)bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)bits);
            writer.Write(0);
            writer.Write((ushort)(isFloat ? 3 : 1));
            writer.Write(new byte[14]);
        }

        return stream.ToArray();
    }
}
