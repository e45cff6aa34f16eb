namespace Actors.Contracts.Runs;

/// <summary>How a round goes where shards synchronise parameters.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RoundConfiguration")]
public sealed record RoundConfiguration
{
    /// <summary>What becomes of the participants' mean.</summary>
    [Id(0)] public required ServerOptimizerConfiguration Server { get; init; }

    /// <summary>μ of FedProx, ≥ 0.</summary>
    [Id(1)] public required double Proximal { get; init; }

    /// <summary>What a shard's optimiser does between rounds: <c>keep</c> its momenta, or <c>reset</c>.</summary>
    [Id(2)] public required string OptimizerState { get; init; }

    /// <summary>Part of the shards that take part in a round, in (0, 1].</summary>
    [Id(3)] public required double Fraction { get; init; }

    /// <summary>Contributions a round needs, ≥ 1; null: of all that were drawn.</summary>
    [Id(4)] public int? Minimum { get; init; }

    /// <summary>Seconds after which a round goes on without those who are late, &gt; 0, once the minimum has given; null: waits for all.</summary>
    [Id(5)] public double? DeadlineSeconds { get; init; }

    /// <summary>How often scores are exchanged: every <c>step</c>, or once a <c>round</c>.</summary>
    [Id(6)] public required string Balance { get; init; }

    /// <summary>What a participant weighs in the mean: the samples it <c>trained</c> on in the round, or all that are its <c>own</c>.</summary>
    [Id(7)] public string Weights { get; init; } = "trained";
}
