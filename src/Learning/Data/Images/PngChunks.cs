using System.Buffers.Binary;

namespace Actors.Learning.Data.Images;

/// <summary>Finds PNG files that were cut off, without decoding them.</summary>
internal static class PngChunks
{
    private const int Signature = 8;
    private const int Frame = 12; // length, name and checksum around each chunk

    /// <summary>Walks the chunks to the last one.</summary>
    /// <exception cref="InvalidDataException">The file ends before its chunk IEND does.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        long at = Signature;
        while (at + Frame <= file.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            bool isLast = file.Slice((int)at + 4, 4).SequenceEqual("IEND"u8);
            at += Frame + length;
            if (isLast && at <= file.Length)
            {
                return;
            }
        }

        throw new InvalidDataException($"it is cut short: its {file.Length} bytes end before the last chunk of a PNG does");
    }
}
