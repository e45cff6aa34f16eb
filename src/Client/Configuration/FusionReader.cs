using Actors.Contracts.Runs;
using Actors.Learning.Fusion;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>fusion</c>.</summary>
internal static class FusionReader
{
    public static FusionConfiguration Read(SettingSection section, IReadOnlyList<string> fusions)
    {
        var defaults = new FusionOptions { Name = Fusions.LateLinear };
        var fusion = new FusionConfiguration
        {
            Name = section.Choice("name", defaults.Name, fusions),
            Hidden = section.Integer("hidden", defaults.Hidden, NumberRule.AtLeast(1)),
            Dropout = section.Number("dropout", defaults.Dropout, NumberRule.FractionBelowOne),
        };
        section.Only(fusion.Name == Fusions.MidMlp, $"fusion.name is {Fusions.MidMlp}", "hidden", "dropout");
        section.Finish();
        return fusion;
    }
}
