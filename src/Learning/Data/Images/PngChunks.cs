using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Actors.Learning.Data.Images;

/// <summary>Finds PNG files that were cut off or damaged, without decoding them.</summary>
internal static class PngChunks
{
    private const int Head = 8; // length and name before what a chunk holds
    private const int Frame = 12; // these and the checksum after it

    /// <summary>What every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Walks the chunks to the last one and compares the checksums of those that decide the picture.</summary>
    /// <exception cref="InvalidDataException">The file ends before its chunk IEND does, or a chunk is not what was written.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        long at = Signature.Length;
        while (at + Frame <= file.Length)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            at += Frame + length;
            if (at > file.Length)
            {
                break;
            }

            ReadOnlySpan<byte> name = chunk[4..Head];
            bool decides = char.IsAsciiLetterUpper((char)name[0]) || name.SequenceEqual("tRNS"u8); // a faulty note beside the picture does no harm
            if (decides && Crc32.HashToUInt32(chunk[4..(Head + (int)length)]) != BinaryPrimitives.ReadUInt32BigEndian(chunk[(Head + (int)length)..]))
            {
                throw new InvalidDataException(
                    $"it is damaged: its chunk '{Encoding.Latin1.GetString(name)}' has another checksum than was written; copy it anew");
            }

            if (name.SequenceEqual("IEND"u8))
            {
                return;
            }
        }

        throw new InvalidDataException($"it is cut short: its {file.Length} bytes end before the last chunk of a PNG does; copy it anew");
    }
}
