namespace Actors.Client.Configuration;

/// <summary>One key of a group: where the key stands, and its value.</summary>
internal sealed record SettingEntry(Origin KeyOrigin, SettingNode Value);
