using System.Buffers.Binary;

namespace Actors.Learning.Data.Audio;

/// <summary>Decodes WAV files.</summary>
internal static class WavFile
{
    /// <summary>Checks a file, and the samples only where they could be no numbers.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It cannot be decoded; says why.</exception>
    public static void Check(byte[] file)
    {
        WavHeader header = WavHeader.Read(new MemoryStream(file));
        if (header.IsFloat)
        {
            Mono(file.AsSpan((int)header.DataOffset), header);
        }
    }

    /// <summary>Decodes to one channel (the mean of all) at a rate and length: resampled, repeated up to the length, cut, clipped to [−1, 1].</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="options">Rate and length.</param>
    /// <returns>[SampleCount].</returns>
    /// <exception cref="InvalidDataException">It cannot be decoded; says why.</exception>
    public static float[] Read(byte[] file, AudioOptions options)
    {
        WavHeader header = WavHeader.Read(new MemoryStream(file));
        float[] mono = Resampler.Resample(Mono(file.AsSpan((int)header.DataOffset), header), header.SampleRateHz, options.SampleRateHz, options.SampleCount);
        float[] result = new float[options.SampleCount];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Math.Clamp(mono[i % mono.Length], -1, 1);
        }

        return result;
    }

    private static float[] Mono(ReadOnlySpan<byte> data, WavHeader header)
    {
        int size = header.BitsPerSample / 8;
        float[] mono = new float[header.FrameCount];
        for (int frame = 0; frame < mono.Length; frame++)
        {
            double sum = 0;
            for (int channel = 0; channel < header.Channels; channel++)
            {
                sum += Sample(data[(((frame * header.Channels) + channel) * size)..], header);
            }

            mono[frame] = (float)(sum / header.Channels);
            if (!float.IsFinite(mono[frame]))
            {
                throw new InvalidDataException($"its sample {frame} is {mono[frame]}; every sample must be a finite number; write it anew");
            }
        }

        return mono;
    }

    private static double Sample(ReadOnlySpan<byte> at, WavHeader header) => (header.IsFloat, header.BitsPerSample) switch
    {
        (false, 8) => (at[0] - 128) / 128.0, // 8 bits are unsigned, the others signed
        (false, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32768.0,
        (false, 24) => ((at[0] << 8) | (at[1] << 16) | (at[2] << 24)) / 2147483648.0,
        (false, 32) => BinaryPrimitives.ReadInt32LittleEndian(at) / 2147483648.0,
        (true, 32) => BinaryPrimitives.ReadSingleLittleEndian(at),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
    };
}
