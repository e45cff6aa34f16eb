using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Actors.Learning.Native;

/// <summary>Makes TorchSharp's native library load where libstdc++ is older than GCC 13's.</summary>
/// <remarks>
/// It imports one symbol of <c>GLIBCXX_3.4.32</c>, <c>std::ios_base_library_init()</c>. In a private copy that import is rebound to
/// <c>std::ios_base::Init::Init()</c> of <c>GLIBCXX_3.4</c>, which does the same work: a shorter name and a version record, in place.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class ShimRebinding
{
    /// <summary>Version whose absence the loader reports.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const string PresentVersion = "GLIBCXX_3.4";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string PresentSymbol = "_ZNSt8ios_base4InitC1Ev";

    private const int ProgramLoad = 1;
    private const int ProgramDynamic = 2;
    private const long TagStrings = 5;
    private const long TagStringsSize = 10;
    private const long TagVersionNeed = 0x6ffffffe;
    private const long TagVersionNeedCount = 0x6fffffff;

    /// <summary>Path of the rebound copy of a library, made on first use in a folder only this user can enter.</summary>
    /// <param name="library">Path of the library as shipped.</param>
    public static string ReboundCopy(string library)
    {
        byte[] image = File.ReadAllBytes(library);
        Rebind(image);
        string folder = PrivateFolder();
        string copy = Path.Combine(folder, $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(image))[..16]}.so");
        // Compared in full: a file that somebody else put there must never be loaded.
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(image))
        {
            string draft = $"{copy}.{Environment.ProcessId}";
            File.WriteAllBytes(draft, image);
            File.Move(draft, copy, overwrite: true);
        }

        return copy;
    }

    private static string PrivateFolder()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string folder = Path.Combine(cache, "actors", "native");
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            Directory.CreateDirectory(folder, Owner);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            folder = Directory.CreateTempSubdirectory("actors-native-").FullName; // no home folder to write to: made anew, mode 0700
        }

        return folder;
    }

    /// <summary>Rebinds the import in an ELF64 image, in place.</summary>
    /// <exception cref="BadImageFormatException">The image is not ELF64, or the symbol or version is not in it.</exception>
    internal static void Rebind(Span<byte> image)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[4] != 2)
        {
            throw new BadImageFormatException("TorchSharp's native library must be an ELF64 file.");
        }

        var elf = ReadTables(image);
        Span<byte> strings = image.Slice(elf.Strings, elf.StringsSize);
        int symbol = IndexOf(strings, MissingSymbol);
        int version = IndexOf(strings, PresentVersion);
        strings.Slice(symbol, MissingSymbol.Length).Clear();
        Encoding.ASCII.GetBytes(PresentSymbol).CopyTo(strings[symbol..]);

        int need = elf.VersionNeed;
        bool found = false;
        for (int i = 0; i < elf.VersionNeedCount; i++)
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            int entry = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 8)..]);
            for (int j = 0; j < count; j++)
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(image[entry..]) == Hash(MissingVersion))
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(image[entry..], Hash(PresentVersion));
                    BinaryPrimitives.WriteUInt32LittleEndian(image[(entry + 8)..], (uint)version);
                    found = true;
                }

                entry += (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(entry + 12)..]);
            }

            need += (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 12)..]);
        }

        if (!found)
        {
            throw new BadImageFormatException($"TorchSharp's native library has no version record {MissingVersion}.");
        }
    }

    private static (int Strings, int StringsSize, int VersionNeed, int VersionNeedCount) ReadTables(ReadOnlySpan<byte> image)
    {
        int headers = (int)BinaryPrimitives.ReadInt64LittleEndian(image[32..]);
        int headerSize = BinaryPrimitives.ReadUInt16LittleEndian(image[54..]);
        int headerCount = BinaryPrimitives.ReadUInt16LittleEndian(image[56..]);
        var segments = new List<(long Offset, long Address, long Size)>();
        long dynamicOffset = 0, dynamicSize = 0;
        for (int i = 0; i < headerCount; i++)
        {
            ReadOnlySpan<byte> header = image[(headers + (i * headerSize))..];
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(header);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
            long address = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
            long size = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            if (type == ProgramLoad)
            {
                segments.Add((offset, address, size));
            }
            else if (type == ProgramDynamic)
            {
                (dynamicOffset, dynamicSize) = (offset, size);
            }
        }

        var values = new Dictionary<long, long>();
        for (int at = (int)dynamicOffset; at < dynamicOffset + dynamicSize; at += 16)
        {
            values[BinaryPrimitives.ReadInt64LittleEndian(image[at..])] = BinaryPrimitives.ReadInt64LittleEndian(image[(at + 8)..]);
        }

        int FileOffset(long address)
        {
            var (offset, start, _) = segments.First(s => address >= s.Address && address < s.Address + s.Size);
            return (int)(address - start + offset);
        }

        return (FileOffset(values[TagStrings]), (int)values[TagStringsSize], FileOffset(values[TagVersionNeed]), (int)values[TagVersionNeedCount]);
    }

    private static int IndexOf(ReadOnlySpan<byte> strings, string text)
    {
        int at = strings.IndexOf(Encoding.ASCII.GetBytes($"\0{text}\0"));
        return at < 0 ? throw new BadImageFormatException($"TorchSharp's native library has no string '{text}'.") : at + 1;
    }

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
