using Actors.Contracts.Runs;
using Actors.Learning.Optimization;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>optimizer</c>.</summary>
internal static class OptimizerReader
{
    public static OptimizerConfiguration Read(SettingSection section, IReadOnlyList<string> optimizers)
    {
        var defaults = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.05, Momentum = 0.9 };
        string name = section.Choice("name", defaults.Name, optimizers);
        bool isSgd = name == Optimizers.Sgd;
        var optimizer = new OptimizerConfiguration
        {
            Name = name,
            LearningRate = section.Number("learning_rate", isSgd ? defaults.LearningRate : 0.001, NumberRule.Positive),
            WeightDecay = section.Number("weight_decay", defaults.WeightDecay, NumberRule.AtLeast(0)),
            Momentum = section.Number("momentum", isSgd ? defaults.Momentum : 0, NumberRule.FractionBelowOne),
            Nesterov = section.Flag("nesterov", defaults.Nesterov),
            Beta1 = section.Number("beta1", defaults.Beta1, NumberRule.FractionBelowOne),
            Beta2 = section.Number("beta2", defaults.Beta2, NumberRule.FractionBelowOne),
            Epsilon = section.Number("epsilon", defaults.Epsilon, NumberRule.Positive),
        };
        section.Only(isSgd, $"optimizer.name is {Optimizers.Sgd}", "momentum", "nesterov");
        section.Only(!isSgd, $"optimizer.name is {Optimizers.Adam} or {Optimizers.AdamW}", "beta1", "beta2", "epsilon");
        if (isSgd && optimizer is { Nesterov: true, Momentum: 0 })
        {
            section.Fault("nesterov", "optimizer.nesterov needs optimizer.momentum > 0, but momentum is '0'.");
        }

        section.Finish();
        return optimizer;
    }
}
