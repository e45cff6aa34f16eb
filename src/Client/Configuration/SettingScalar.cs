namespace Actors.Client.Configuration;

/// <summary>One word, number or text.</summary>
/// <param name="origin">Where it was written.</param>
/// <param name="text">Its text, without quotes.</param>
/// <param name="isPlain">False where it was quoted, and so is text whatever it looks like.</param>
internal sealed class SettingScalar(Origin origin, string text, bool isPlain) : SettingNode(origin)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public override bool IsNull => IsPlain && Text is "" or "~" or "null";

    public override string Shown => IsPlain ? $"'{Text}'" : $"the text \"{Text}\"";
}
