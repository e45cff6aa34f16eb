using System.Buffers.Binary;

namespace Actors.Learning.Data.Images;

/// <summary>Finds JPEG files that were cut off, which a decoder takes for whole where little is missing.</summary>
internal static class JpegSegments
{
    private const byte Mark = 0xFF, Stuffing = 0x00, Temporary = 0x01, FirstRestart = 0xD0, LastRestart = 0xD7, Start = 0xD8, End = 0xD9, Scan = 0xDA;

    /// <summary>What every JPEG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [Mark, Start];

    /// <summary>Walks segments and scans to the marker that ends the picture.</summary>
    /// <exception cref="InvalidDataException">The file ends before that.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        bool isScanned = false;
        int at = 0;
        while (at + 1 < file.Length)
        {
            if (file[at] != Mark)
            {
                at++; // decoders pass over what stands between segments
                continue;
            }

            byte marker = file[at + 1];
            at += marker == Mark ? 1 : 2; // any number of FF may come before a marker
            switch (marker)
            {
                case End when isScanned:
                    return;
                case Mark or Stuffing or Start or End or Temporary or (>= FirstRestart and <= LastRestart):
                    continue; // nothing follows
            }

            int length = at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[at..]) : int.MaxValue;
            if (length > file.Length - at)
            {
                break;
            }

            at += length;
            if (marker == Scan)
            {
                isScanned = true;
                at += Compressed(file[at..]);
            }
        }

        throw new InvalidDataException($"it is cut short: its {file.Length} bytes end before the picture of a JPEG does; copy it anew");
    }

    /// <summary>Bytes of a scan's compressed data: up to a marker that is neither a stuffed FF nor a restart, or to the end.</summary>
    private static int Compressed(ReadOnlySpan<byte> data)
    {
        for (int at = 0; ; at += 2)
        {
            int next = data[at..].IndexOf(Mark);
            at += next;
            if (next < 0 || at + 1 == data.Length)
            {
                return data.Length;
            }

            if (data[at + 1] is not (Stuffing or (>= FirstRestart and <= LastRestart)))
            {
                return at;
            }
        }
    }
}
