using System.Globalization;

namespace Actors.Client.Configuration;

/// <summary>A range a number must lie in, and how it is put in words.</summary>
internal sealed record NumberRule(string Words, Func<double, bool> Holds)
{
    public static NumberRule Any { get; } = new("", _ => true);

    /// <summary>(0, 1].</summary>
    public static NumberRule PositiveFraction { get; } = new(" in (0, 1]", value => value is > 0 and <= 1);

    /// <summary>[0, 1].</summary>
    public static NumberRule Fraction { get; } = new(" in [0, 1]", value => value is >= 0 and <= 1);

    /// <summary>[0, 1).</summary>
    public static NumberRule FractionBelowOne { get; } = new(" in [0, 1)", value => value is >= 0 and < 1);

    public static NumberRule Positive { get; } = new(" > 0", value => value > 0);

    public static NumberRule AtLeast(double least) =>
        new(string.Create(CultureInfo.InvariantCulture, $" ≥ {least}"), value => value >= least);

    public static NumberRule Within(double least, double most) =>
        new(string.Create(CultureInfo.InvariantCulture, $" in [{least}, {most}]"), value => value >= least && value <= most);
}
