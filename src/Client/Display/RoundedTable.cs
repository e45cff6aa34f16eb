using Spectre.Console;

namespace Actors.Client.Display;

/// <summary>The frame of every table: rounded, or of ASCII where a console has no more.</summary>
internal static class RoundedTable
{
    /// <summary>An empty table for a console.</summary>
    public static Table For(IAnsiConsole console) => For(console.Profile.Capabilities.Unicode);

    /// <summary>An empty table.</summary>
    public static Table For(bool isUnicode) => new() { Border = isUnicode ? TableBorder.Rounded : TableBorder.Ascii };
}
