namespace Actors.Contracts.Runs;

/// <summary>An order to run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunOrder")]
public sealed record RunOrder
{
    /// <summary>What to run.</summary>
    [Id(0)] public required RunConfiguration Configuration { get; init; }

    /// <summary>The run's folder on the silo's file system.</summary>
    [Id(1)] public required string Folder { get; init; }

    /// <summary>True: go on from the newest whole checkpoint. False: begin.</summary>
    [Id(2)] public required bool Resume { get; init; }

    /// <summary>True: the run is in the cluster's <see cref="IRunDirectoryGrain"/>, which is told when it ends.</summary>
    [Id(3)] public bool Registered { get; init; }

    /// <summary>The same for a run that goes on from a checkpoint: it has every weight.</summary>
    public RunOrder WithoutWeights() => this with { Configuration = Configuration.WithoutWeights() };
}
