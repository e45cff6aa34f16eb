using System.Globalization;

namespace Actors.Client.Configuration;

/// <summary>One group of keys being read: takes each key with its type and range, and at the end names the keys nobody took.</summary>
/// <remarks>A value that breaks its rule is a fault and reads as its default, so that reading goes on to the next fault.</remarks>
internal sealed class SettingSection
{
    private readonly SettingMap map;
    private readonly string path;
    private readonly Origin origin;
    private readonly FaultList faults;
    private readonly List<string> known = [];

    public SettingSection(SettingNode? node, string path, Origin origin, FaultList faults)
    {
        this.path = path;
        this.origin = origin;
        this.faults = faults;
        map = node as SettingMap ?? new SettingMap(origin);
        if (node is not null and not SettingMap && !node.IsNull)
        {
            faults.Add(node.Origin, $"{(path.Length == 0 ? "A configuration" : path)} must be a group of keys, but is {node.Shown}.");
        }
    }

    /// <summary>Keys written here, in their order.</summary>
    public IEnumerable<string> Keys => map.Entries.Keys;

    /// <summary>Where a key is written; the group's own place where it is not.</summary>
    public Origin OriginOf(string key) => map.Entries.TryGetValue(key, out SettingEntry? entry) ? entry.KeyOrigin : origin;

    /// <summary>Keys of a group whose keys are names; one that is null names nothing and is taken.</summary>
    public string[] Names()
    {
        known.AddRange(Keys.Where(key => !Has(key)));
        return [.. Keys.Where(Has)];
    }

    public bool Has(string key) => map.Entries.TryGetValue(key, out SettingEntry? entry) && !entry.Value.IsNull;

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public void Fault(string key, string message) => faults.Add(OriginOf(key), message);

    public SettingSection Section(string key) => new(Take(key), PathOf(key), OriginOf(key), faults);

    public string? Text(string key) => Scalar(key, "text")?.Text;

    public string RequiredText(string key, string example)
    {
        string? text = Text(key);
        if (Take(key) is null or { IsNull: true } or SettingScalar { Text: "" })
        {
            Fault(key, $"{PathOf(key)} is required, but is missing. Write it like {key}: {example}.");
        }

        return text ?? "";
    }

    /// <summary>A file or folder.</summary>
    public string? FilePath(string key, PathBase paths) => Scalar(key, "a path") is { Text.Length: > 0 } scalar ? paths.Of(scalar) : null;

    public bool Flag(string key, bool otherwise) => Value(key, "true or false", text => text switch
    {
        "true" => true,
        "false" => false,
        _ => (bool?)null,
    }) ?? otherwise;

    public int Integer(string key, int otherwise, NumberRule rule) => OptionalInteger(key, rule) ?? otherwise;

    public int? OptionalInteger(string key, NumberRule rule) => Value(key, $"a whole number{rule.Words}", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && rule.Holds(value) ? value : (int?)null);

    public long Long(string key, long otherwise, NumberRule rule) => Value(key, $"a whole number{rule.Words}", text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && rule.Holds(value)
            ? value
            : (long?)null) ?? otherwise;

    public double Number(string key, double otherwise, NumberRule rule) => OptionalNumber(key, rule) ?? otherwise;

    public double? OptionalNumber(string key, NumberRule rule) => Value(key, $"a number{rule.Words}", text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && rule.Holds(value)
            ? value
            : (double?)null);

    /// <summary>A name out of a catalog.</summary>
    public string Choice(string key, string otherwise, IReadOnlyList<string> names)
    {
        if (Scalar(key, "a name") is not { } scalar)
        {
            return otherwise;
        }

        if (!names.Contains(scalar.Text))
        {
            faults.Add(scalar.Origin, $"{PathOf(key)} '{scalar.Text}' is not known. {NearestName.Hint(scalar.Text, names)}");
            return otherwise;
        }

        return scalar.Text;
    }

    /// <summary>A list of words, each with its place; null where the key is missing.</summary>
    public IReadOnlyList<SettingScalar>? Words(string key, string example)
    {
        SettingNode? node = Take(key);
        if (node is null or { IsNull: true })
        {
            return null;
        }

        if (node is SettingList list && list.Items.All(item => item is SettingScalar { IsNull: false }))
        {
            return [.. list.Items.Cast<SettingScalar>()];
        }

        faults.Add(node.Origin, $"{PathOf(key)} must be a list of words like {example}, but is {node.Shown}.");
        return null;
    }

    /// <summary>A list of numbers, at least one; null where the key is missing.</summary>
    public IReadOnlyList<double>? Numbers(string key, NumberRule rule)
    {
        SettingNode? node = Take(key);
        if (node is null or { IsNull: true })
        {
            return null;
        }

        double?[] numbers = node is SettingList list
            ? [.. list.Items.Select(item => item is SettingScalar { IsPlain: true } scalar
                && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && double.IsFinite(value) && rule.Holds(value) ? value : (double?)null)]
            : [];
        if (numbers.Length > 0 && numbers.All(number => number is not null))
        {
            return [.. numbers.OfType<double>()];
        }

        string mixed = node is SettingList ? " with something else in it" : "";
        faults.Add(node.Origin, $"{PathOf(key)} must be a list of numbers{rule.Words} like [1, 3], but is {node.Shown}{mixed}.");
        return null;
    }

    /// <summary>Takes keys that mean something only under a condition; those that are there without it are faults.</summary>
    /// <returns>The condition.</returns>
    public bool Only(bool condition, string where, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            Take(key);
            if (!condition && Has(key))
            {
                Fault(key, $"{PathOf(key)} means something only where {where}. Remove it, or set it to null.");
            }
        }

        return condition;
    }

    /// <summary>Reports the keys that were never taken, each with the nearest that is.</summary>
    public void Finish()
    {
        foreach ((string key, SettingEntry entry) in map.Entries.Where(pair => !known.Contains(pair.Key)))
        {
            faults.Add(entry.KeyOrigin, $"Key '{PathOf(key)}' is not known. {NearestName.Hint(key, known)}");
        }
    }

    private SettingNode? Take(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return map.Entries.GetValueOrDefault(key)?.Value;
    }

    private SettingScalar? Scalar(string key, string rule)
    {
        SettingNode? node = Take(key);
        if (node is null or { IsNull: true })
        {
            return null;
        }

        if (node is not SettingScalar scalar)
        {
            faults.Add(node.Origin, $"{PathOf(key)} must be {rule}, but is {node.Shown}.");
            return null;
        }

        return scalar;
    }

    private T? Value<T>(string key, string rule, Func<string, T?> parse)
        where T : struct
    {
        if (Scalar(key, rule) is not { } scalar)
        {
            return null;
        }

        T? value = scalar.IsPlain ? parse(scalar.Text) : null;
        if (value is null)
        {
            faults.Add(scalar.Origin, $"{PathOf(key)} must be {rule}, but is {scalar.Shown}.");
        }

        return value;
    }
}
