namespace Actors.Learning.Data;

/// <summary>The data has faults; all of them, a line each: file, row, what is wrong, what was expected.</summary>
public sealed class DataException(IReadOnlyList<string> faults)
    : Exception($"The data has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}")
{
    /// <summary>The faults, one sentence each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
