namespace Actors.Contracts.Runs;

/// <summary>A run in the cluster's list.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RegisteredRun")]
public sealed record RegisteredRun
{
    /// <summary>What it runs; its name is the run's id, one of a kind in the cluster.</summary>
    [Id(0)] public required RunConfiguration Configuration { get; init; }

    /// <summary>The run's folder, a full path that every silo sees.</summary>
    [Id(1)] public required string Folder { get; init; }

    /// <summary>What the start was asked with; the same again is the same run.</summary>
    [Id(2)] public required string Token { get; init; }

    /// <summary>How it stands, as its <see cref="IRunGrain"/> last told.</summary>
    [Id(3)] public required RunStatus Status { get; init; }

    /// <summary>Steps taken.</summary>
    [Id(4)] public required long Step { get; init; }

    /// <summary>Steps of the whole run; 0 until it is planned.</summary>
    [Id(5)] public required long TotalSteps { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    [Id(6)] public required string? FirstCause { get; init; }

    /// <summary>When it was first started.</summary>
    [Id(7)] public required DateTimeOffset Started { get; init; }

    /// <summary>When it was last seen to start or end.</summary>
    [Id(8)] public required DateTimeOffset Changed { get; init; }

    /// <summary>True where it was begun again, from a checkpoint; also while that is pending.</summary>
    [Id(9)] public bool IsResumed { get; init; }

    /// <summary>True where the run is at rest.</summary>
    public bool HasEnded => Status.IsFinal();

    /// <summary>The run as its grain tells that it stands.</summary>
    public RegisteredRun With(RunSnapshot snapshot) => this with
    {
        Status = snapshot.Status,
        Step = snapshot.Step,
        TotalSteps = snapshot.TotalSteps,
        FirstCause = snapshot.FirstCause,
    };
}
