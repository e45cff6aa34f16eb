namespace Actors.Grains.Workers;

/// <summary>A worker failed; says which, where and why.</summary>
[GenerateSerializer, Alias("Actors.WorkerException")]
public sealed class WorkerException : Exception
{
    /// <summary>Creates the exception.</summary>
    public WorkerException(string message)
        : base(message)
    {
    }
}
