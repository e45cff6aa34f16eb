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

    /// <summary>True where the worker was lost with its silo or device and the work is not at fault, so that it may succeed elsewhere.</summary>
    [Id(0)] public bool IsLost { get; private set; }

    /// <summary>The silo, <c>ip:port@generation</c>, that is in the cluster and was not to be reached; null where that was not the cause.</summary>
    [Id(1)] public string? Unreachable { get; init; }

    /// <summary>The device, <c>ip:port/cuda:0</c>, that failed; null where that was not the cause.</summary>
    [Id(2)] public string? FailedDevice { get; init; }

    /// <summary>True where a tensor was dropped before it was fetched: it may be asked for again, and is lost where it is not.</summary>
    [Id(3)] public bool IsDropped { get; init; }
}
