using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Learning.Balancing;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>method</c>. Settings of another method are let pass, so that one file serves for every method with <c>--set method.name=…</c>.</summary>
internal static class MethodReader
{
    private static readonly string[] Targets = ["gradient", "update"];

    public static MethodConfiguration Read(SettingSection section, IReadOnlyList<string> methods, ImmutableArray<ModalityConfiguration> modalities)
    {
        var defaults = new MethodOptions { Name = BalancingMethods.MultiLossBalanced };
        string name = section.Choice("name", defaults.Name, methods);
        string? modality = section.Text("modality");
        string[] known = [.. modalities.Select(one => one.Name)];
        if (modality is not null && !known.Contains(modality))
        {
            section.Fault("modality", $"method.modality must be one of modalities, but '{modality}' is not. {NearestName.Hint(modality, known)}");
        }
        else if (modality is null && name == BalancingMethods.Unimodal)
        {
            section.Fault("modality", $"method.modality is required where method.name is unimodal, but is missing. Known: {string.Join(", ", known)}.");
        }

        double alpha = section.Number("alpha", defaults.Alpha, NumberRule.Positive);
        double betaMax = section.Number("beta_max", defaults.BetaMax, NumberRule.AtLeast(1));
        string target = section.Choice("target", "gradient", Targets);
        section.Finish();
        return new MethodConfiguration
        {
            Name = name,
            Modality = name == BalancingMethods.Unimodal ? modality : null,
            Alpha = alpha,
            BetaMax = betaMax,
            Target = target,
        };
    }
}
