namespace Actors.Learning.Federation;

/// <summary>How shards that synchronise parameters go through a round.</summary>
public sealed record RoundOptions
{
    /// <summary>What becomes of the participants' mean. Default: fedavg.</summary>
    public ServerOptimizerOptions Server { get; init; } = new();

    /// <summary>μ of FedProx, ≥ 0: μ(θ − θ_start) is added to every local gradient (Li et al., arXiv 1812.06127). Default: 0.</summary>
    public double Proximal { get; init; }

    /// <summary>True where every round begins with fresh local optimisers; false where a shard keeps its momenta from round to round. Default: false.</summary>
    public bool ResetsOptimizer { get; init; }

    /// <summary>Part of the shards that take part in a round, in (0, 1]. Default: 1.</summary>
    public double Fraction { get; init; } = 1;

    /// <summary>Contributions a round needs, in [1, D]; null: of all that were drawn. Default: null.</summary>
    public int? Minimum { get; init; }

    /// <summary>True where scores are exchanged once a round and k holds for the next one; false where they are every step. Default: false.</summary>
    public bool BalancesByRound { get; init; }

    /// <summary>
    /// True where a participant weighs as many samples as are its own, n_k/n of FedAvg (McMahan et al., arXiv 1602.05629); false where it weighs those it
    /// trained on in the round,
    /// which are the same for all: a round of one step is then the synchronous one. Default: false.
    /// </summary>
    public bool WeighsByOwnSamples { get; init; }
}
