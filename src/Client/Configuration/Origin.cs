namespace Actors.Client.Configuration;

/// <summary>Where a setting was written, as a person would look for it: <c>run.yaml:12</c>, <c>--set training.epochs</c>.</summary>
/// <param name="Rank">Sorts faults: the file first, then the environment, then the command line.</param>
/// <param name="Line">One-based line of the file; 0 outside it.</param>
/// <param name="Text">What is printed.</param>
internal sealed record Origin(int Rank, long Line, string Text)
{
    /// <summary>True where a relative path counts from the file's folder.</summary>
    public bool IsFile => Rank == 0;

    public static Origin File(string file, long line) => new(0, line, $"{file}:{line}");

    public static Origin Environment(string variable) => new(1, 0, $"environment {variable}");

    public static Origin CommandLine(string text) => new(2, 0, text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
