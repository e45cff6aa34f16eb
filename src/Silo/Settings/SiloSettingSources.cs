using System.Collections;
using System.CommandLine;

namespace Actors.Silo.Settings;

/// <summary>Gathers a silo's settings from the command line and, where it is silent, from the environment.</summary>
internal sealed class SiloSettingSources
{
    private readonly Dictionary<string, Option<string[]>> options = [];
    private readonly Option<bool> fast;

    public SiloSettingSources()
    {
        Command = new RootCommand("Hosts a silo of Actors.\n\nExample:\n  Actors.Silo --cluster redis://127.0.0.1:6379 --label rack=a");
        foreach (SiloSetting setting in SiloSetting.All.Where(setting => setting.ValueName is not null))
        {
            Command.Add(options[setting.Name] = new Option<string[]>($"--{setting.Name}")
            {
                Description = $"{setting.Description} [{setting.Variable}]",
                HelpName = setting.ValueName,
                Arity = ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
            });
        }

        SiloSetting switched = SiloSetting.All.Single(setting => setting.ValueName is null);
        Command.Add(fast = new Option<bool>($"--{switched.Name}") { Description = $"{switched.Description} [{switched.Variable}=true]" });
    }

    /// <summary>The command line's grammar; its help lists every setting.</summary>
    public RootCommand Command { get; }

    /// <summary>What was written.</summary>
    /// <param name="parsed">The command line, parsed by <see cref="Command"/>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <returns>By name of setting what was written, and what is not understood, one sentence each.</returns>
    public (IReadOnlyDictionary<string, SiloSettingText> Given, IReadOnlyList<string> Faults) Gather(ParseResult parsed, IDictionary environment)
    {
        List<string> faults = [.. parsed.Errors.Select(error => ClusterAddress.Masked(error.Message, parsed))];
        var given = new Dictionary<string, SiloSettingText>();
        foreach (SiloSetting setting in SiloSetting.All)
        {
            if (environment[setting.Variable] is string { Length: > 0 } value)
            {
                string[] values = setting.Name == SiloSetting.Label ? value.Split(',') : [value];
                given[setting.Name] = new SiloSettingText(values, $"environment {setting.Variable}");
            }
        }

        foreach ((string name, Option<string[]> option) in options)
        {
            // Not GetValue: it throws where an option came without its value, which is among the errors already.
            if (parsed.GetResult(option) is { Tokens.Count: > 0 } result)
            {
                given[name] = new SiloSettingText([.. result.Tokens.Select(token => token.Value)], $"--{name}");
            }
        }

        if (parsed.GetResult(fast) is { Errors: var errors } && !errors.Any())
        {
            given[SiloSetting.FastFailureDetection] = new SiloSettingText([parsed.GetValue(fast) ? "true" : "false"], fast.Name);
        }

        string[] known = [.. SiloSetting.All.Select(setting => setting.Variable)];
        foreach (string name in environment.Keys.Cast<string>()
            .Where(name => name.StartsWith(SiloSetting.Prefix, StringComparison.Ordinal) && !known.Contains(name)))
        {
            faults.Add($"environment {name} is no setting of a silo; known are {string.Join(", ", known)}.");
        }

        return (given, faults);
    }
}
