namespace Actors.Contracts.Runs;

/// <summary>What a cluster is asked to start.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunRegistration")]
public sealed record RunRegistration
{
    /// <summary>What to run; its name is the run's id.</summary>
    [Id(0)] public required RunConfiguration Configuration { get; init; }

    /// <summary>The run's folder, a path that every silo sees; the silo makes it. A relative one counts from that silo's data root.</summary>
    [Id(1)] public required string Folder { get; init; }

    /// <summary>Chosen by whoever asks, so that asking again after a lost answer starts nothing twice.</summary>
    [Id(2)] public required string Token { get; init; }

    /// <summary>The resolved configuration as the run's folder keeps it, <c>config.yaml</c>.</summary>
    [Id(3)] public required string Document { get; init; }
}
