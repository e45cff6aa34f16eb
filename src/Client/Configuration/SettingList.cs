namespace Actors.Client.Configuration;

/// <summary>A list of values.</summary>
internal sealed class SettingList(Origin origin, IReadOnlyList<SettingNode> items) : SettingNode(origin)
{
    public IReadOnlyList<SettingNode> Items { get; } = items;

    public override string Shown => "a list";
}
