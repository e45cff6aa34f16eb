using System.Globalization;

namespace Actors.Client.Display;

/// <summary>Numbers as people read them, each kind always as wide.</summary>
internal static class Figures
{
    public static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A loss, score, ratio, coefficient or norm; a dash where there is none.</summary>
    public static string Value(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A part of 1 as per cent; a dash where there is none.</summary>
    public static string Percent(double? part) => part is null ? "-" : (part.Value * 100).ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A stretch of time as 1:02:03; a dash where there is none.</summary>
    public static string Duration(TimeSpan? time) => time is { } known
        ? ((long)known.TotalHours).ToString(CultureInfo.InvariantCulture) + known.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture)
        : "-";
}
