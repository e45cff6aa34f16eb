namespace Actors.Tests;

/// <summary>A pure tone as a WAV file: 8 kHz, 16 bits, mono.</summary>
internal static class Tone
{
    private const int Rate = 8000;

    /// <summary>Writes the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="hertz">The tone.</param>
    /// <param name="sampleCount">Its length.</param>
    public static void Write(string path, double hertz, int sampleCount)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write("RIFF"u8);
        file.Write(36 + (2 * sampleCount));
        file.Write("WAVEfmt "u8);
        file.Write(16);
        file.Write((short)1); // PCM
        file.Write((short)1);
        file.Write(Rate);
        file.Write(2 * Rate);
        file.Write((short)2);
        file.Write((short)16);
        file.Write("data"u8);
        file.Write(2 * sampleCount);
        for (int i = 0; i < sampleCount; i++)
        {
            file.Write((short)(20_000 * Math.Sin(2 * Math.PI * hertz * i / Rate)));
        }
    }
}
