namespace Actors.Client.Configuration;

/// <summary>Values by key, in the order they were written.</summary>
internal sealed class SettingMap(Origin origin) : SettingNode(origin)
{
    private readonly OrderedDictionary<string, SettingEntry> entries = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, SettingEntry> Entries => entries;

    public override string Shown => "a group of keys";

    public void Put(string key, SettingEntry entry) => entries[key] = entry;

    /// <summary>A map of its own with the same entries.</summary>
    public SettingMap Copy()
    {
        var copy = new SettingMap(Origin);
        foreach ((string key, SettingEntry entry) in entries)
        {
            copy.Put(key, entry);
        }

        return copy;
    }
}
