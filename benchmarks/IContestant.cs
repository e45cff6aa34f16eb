namespace Actors.Benchmarks;

/// <summary>One of those compared in one run: it takes training steps when told to.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>Name in the table.</summary>
    string Name { get; }

    /// <summary>Takes steps, and says how long one took on average, in milliseconds.</summary>
    double Run(int steps);
}
