namespace Actors.Grains.Placement;

/// <summary>Keys of grains that live on one silo and nowhere else: the silo is the end of the key.</summary>
internal static class PinnedKey
{
    private const char Mark = '@'; // also within a silo's address, between endpoint and generation

    /// <summary>A key for a silo.</summary>
    /// <param name="part">What the grain is; may be empty.</param>
    /// <param name="silo"><c>ip:port@generation</c>.</param>
    public static string Of(string part, string silo) => $"{part}{Mark}{silo}";

    /// <summary>The silo of a key.</summary>
    /// <exception cref="ArgumentException">The key has none.</exception>
    public static SiloAddress SiloOf(string key)
    {
        int generation = key.LastIndexOf(Mark);
        int silo = generation < 1 ? -1 : key.LastIndexOf(Mark, generation - 1);
        return silo < 0
            ? throw new ArgumentException(
                $"A grain that is pinned must have its silo at the end of its key, as NAME@IP:PORT@GENERATION, but the key is '{key}'.", nameof(key))
            : SiloAddress.FromParsableString(key[(silo + 1)..]);
    }
}
