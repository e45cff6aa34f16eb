using Actors.Contracts.Runs;
using Actors.Learning.Federation;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>training.synchronization</c>.</summary>
internal static class SynchronizationReader
{
    private const string ByStep = "step";
    private const string ByRound = "round";
    private const string Trained = "trained";
    private const string Own = "own";

    /// <summary>Mode, steps of a round, and how a round goes; null in mode gradients.</summary>
    public static (string Mode, int Every, RoundConfiguration? Rounds) Read(SettingSection section, IReadOnlyList<string> serverOptimizers, int shards)
    {
        string[] modes = [TrainingConfiguration.Gradients, TrainingConfiguration.Parameters];
        string mode = section.Choice("mode", TrainingConfiguration.Gradients, modes);
        int every = section.Integer("every", 1, NumberRule.AtLeast(1));
        if (mode == TrainingConfiguration.Gradients && every > 1)
        {
            section.Fault(
                "every",
                $"training.synchronization.every must be 1 where mode is {TrainingConfiguration.Gradients}, but is '{every}'. "
                + $"For rounds of several steps set mode to {TrainingConfiguration.Parameters}.");
        }

        RoundConfiguration? rounds = null;
        bool byRounds = section.Only(
            mode == TrainingConfiguration.Parameters,
            $"training.synchronization.mode is {TrainingConfiguration.Parameters}",
            "server", "weights", "proximal", "optimizer_state", "participation", "deadline_s", "balance");
        if (byRounds)
        {
            rounds = Rounds(section, serverOptimizers, shards);
        }

        section.Finish();
        return (mode, every, rounds);
    }

    private static RoundConfiguration Rounds(SettingSection section, IReadOnlyList<string> serverOptimizers, int shards)
    {
        SettingSection participation = section.Section("participation");
        var defaults = new RoundOptions();
        var rounds = new RoundConfiguration
        {
            Server = Server(section.Section("server"), serverOptimizers),
            Proximal = section.Number("proximal", defaults.Proximal, NumberRule.AtLeast(0)),
            OptimizerState = section.Choice("optimizer_state", "keep", ["keep", "reset"]),
            Fraction = participation.Number("fraction", defaults.Fraction, NumberRule.PositiveFraction),
            Minimum = participation.OptionalInteger("minimum", NumberRule.AtLeast(1)),
            DeadlineSeconds = section.OptionalNumber("deadline_s", NumberRule.Positive),
            Balance = section.Choice("balance", ByStep, [ByStep, ByRound]),
            Weights = section.Choice("weights", Trained, [Trained, Own]),
        };
        if (rounds.Minimum > shards)
        {
            participation.Fault(
                "minimum", $"training.synchronization.participation.minimum must be at most training.shards, which is {shards}, but is '{rounds.Minimum}'.");
        }

        if (rounds is { DeadlineSeconds: not null, Minimum: null })
        {
            section.Fault(
                "deadline_s",
                "training.synchronization.deadline_s needs participation.minimum, the shards that are enough when it has passed, but minimum is missing.");
        }

        if (rounds is { DeadlineSeconds: not null, Balance: ByStep })
        {
            section.Fault(
                "deadline_s",
                $"training.synchronization.deadline_s needs balance: {ByRound}, but balance is '{ByStep}': "
                + "shards that exchange scores every step all wait for the one that is late.");
        }

        participation.Finish();
        return rounds;
    }

    private static ServerOptimizerConfiguration Server(SettingSection section, IReadOnlyList<string> serverOptimizers)
    {
        var defaults = new ServerOptimizerOptions();
        string name = section.Choice("name", defaults.Name, serverOptimizers);
        bool isAdam = name == ServerOptimizers.FedAdam;
        var server = new ServerOptimizerConfiguration
        {
            Name = name,
            LearningRate = section.Number("learning_rate", isAdam ? 0.01 : defaults.LearningRate, NumberRule.Positive),
            Momentum = section.Number("momentum", defaults.Momentum, NumberRule.FractionBelowOne),
            Beta1 = section.Number("beta1", defaults.Beta1, NumberRule.FractionBelowOne),
            Beta2 = section.Number("beta2", defaults.Beta2, NumberRule.FractionBelowOne),
            Epsilon = section.Number("epsilon", defaults.Epsilon, NumberRule.Positive),
        };
        section.Only(name == ServerOptimizers.FedAvgM, $"training.synchronization.server.name is {ServerOptimizers.FedAvgM}", "momentum");
        section.Only(isAdam, $"training.synchronization.server.name is {ServerOptimizers.FedAdam}", "beta1", "beta2", "epsilon");
        section.Finish();
        return server;
    }
}
