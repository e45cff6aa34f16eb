namespace Actors.Grains.Workers;

/// <summary>A worker failed; says which, where and why.</summary>
[GenerateSerializer, Alias("Actors.WorkerException")]
public sealed class WorkerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which worker, where and why.</param>
    /// <param name="isLost">See <see cref="IsLost"/>.</param>
    public WorkerException(string message, bool isLost = false)
        : base(message) => IsLost = isLost;

    /// <summary>True where the worker was lost with its silo and the work is not at fault, so that it may succeed elsewhere.</summary>
    [Id(0)] public bool IsLost { get; private set; }
}
