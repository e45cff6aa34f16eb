namespace Actors.Learning.Data;

/// <summary>The data has faults; all of them, a line each: file, row, what is wrong, what was expected.</summary>
public sealed class DataException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="faults">See <see cref="Faults"/>.</param>
    public DataException(IReadOnlyList<string> faults)
        : base($"The data has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}") =>
        Data[nameof(Faults)] = faults.ToArray(); // what is in Data crosses to another process too

    /// <summary>The faults, one sentence each.</summary>
    public IReadOnlyList<string> Faults => (string[])Data[nameof(Faults)]!;
}
