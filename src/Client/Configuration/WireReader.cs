using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>wire</c>.</summary>
internal static class WireReader
{
    private static readonly string[] Formats = ["fp32", "bf16", "fp16"];

    public static WireConfiguration Read(SettingSection section)
    {
        var defaults = new WireConfiguration();
        var wire = new WireConfiguration
        {
            Features = section.Choice("features", defaults.Features, Formats),
            Gradients = section.Choice("gradients", defaults.Gradients, Formats),
            Reduction = section.Choice("reduction", defaults.Reduction, Formats),
        };
        section.Finish();
        return wire;
    }
}
