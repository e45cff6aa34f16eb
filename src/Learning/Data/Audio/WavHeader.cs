using System.Buffers.Binary;

namespace Actors.Learning.Data.Audio;

/// <summary>What a WAV file says of itself, checked against its size.</summary>
/// <param name="IsFloat">IEEE float; else integer PCM.</param>
/// <param name="BitsPerSample">8, 16, 24 or 32 integer; 32 or 64 float.</param>
/// <param name="Channels">≥ 1.</param>
/// <param name="SampleRateHz">≥ 1.</param>
/// <param name="DataOffset">Where the samples begin.</param>
/// <param name="DataBytes">Their length.</param>
internal sealed record WavHeader(bool IsFloat, int BitsPerSample, int Channels, int SampleRateHz, long DataOffset, long DataBytes)
{
    private const int Pcm = 1, IeeeFloat = 3, Extensible = 0xFFFE;

    /// <summary>Samples of one channel.</summary>
    public long FrameCount => DataBytes / (Channels * BitsPerSample / 8);

    /// <summary>Reads the header; chunks that are not known are skipped.</summary>
    /// <exception cref="InvalidDataException">The file is no WAV that can be read, or is cut short; says what is wrong.</exception>
    public static WavHeader Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12 || !head[..4].SequenceEqual("RIFF"u8) || !head[8..].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException("it must be a RIFF/WAVE file, but does not begin as one; convert it to WAV");
        }

        WavHeader? format = null;
        Span<byte> chunk = stackalloc byte[8];
        while (stream.ReadAtLeast(chunk, 8, throwOnEndOfStream: false) == 8)
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            long begin = stream.Position;
            if (chunk[..4].SequenceEqual("fmt "u8))
            {
                format = ReadFormat(stream, length);
            }
            else if (chunk[..4].SequenceEqual("data"u8))
            {
                return Check(format, begin, length, stream.Length);
            }

            stream.Position = Math.Min(stream.Length, begin + length + (length & 1)); // chunks begin at even places
        }

        throw new InvalidDataException("it must have a chunk 'data', but has none; copy it anew");
    }

    private static WavHeader ReadFormat(Stream stream, long length)
    {
        byte[] format = new byte[Math.Min(length, 40)];
        if (length < 16 || stream.ReadAtLeast(format, format.Length, throwOnEndOfStream: false) < 16)
        {
            throw new InvalidDataException("its chunk 'fmt ' must have at least 16 bytes, but is shorter; copy it anew");
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (tag == Extensible && format.Length >= 26)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(24)); // the sub-format's first two bytes
        }

        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(14));
        bool known = (tag == Pcm && bits is (8 or 16 or 24 or 32)) || (tag == IeeeFloat && bits is (32 or 64));
        return known
            ? new WavHeader(
                tag == IeeeFloat,
                bits,
                BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(2)),
                (int)BinaryPrimitives.ReadUInt32LittleEndian(format.AsSpan(4)),
                0,
                0)
            : throw new InvalidDataException(
                $"its encoding must be PCM of 8, 16, 24 or 32 bits or float of 32 or 64, but is format {tag} of {bits} bits; convert it to one of those");
    }

    private static WavHeader Check(WavHeader? format, long begin, long length, long total)
    {
        if (format is null)
        {
            throw new InvalidDataException("its chunk 'fmt ' must come before its chunk 'data', but does not; write it anew");
        }

        if (format.Channels < 1 || format.SampleRateHz < 1)
        {
            throw new InvalidDataException($"it has {format.Channels} channels at {format.SampleRateHz} Hz; both must be at least 1; write it anew");
        }

        if (begin + length > total)
        {
            throw new InvalidDataException($"it is cut short: its data should be {length} bytes, but only {total - begin} are there; copy it anew");
        }

        WavHeader header = format with { DataOffset = begin, DataBytes = length };
        return header.FrameCount > 0 ? header : throw new InvalidDataException("it holds no sound (0 samples); leave the row out");
    }
}
