namespace Actors.Client.Configuration;

/// <summary>A value as it was written, before anything is known of its type.</summary>
internal abstract class SettingNode(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>True for an empty value, <c>~</c> and <c>null</c>: as if the key were not there.</summary>
    public virtual bool IsNull => false;

    /// <summary>The value as a message quotes it.</summary>
    public abstract string Shown { get; }
}
