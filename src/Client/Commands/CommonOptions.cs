using System.CommandLine;
using Actors.Client.Running;

namespace Actors.Client.Commands;

/// <summary>Options that several commands share; a new one each time, for a symbol belongs to one command.</summary>
internal static class CommonOptions
{
    public static Option<OutputFormat> Format() => new("--format")
    {
        Description = "text for people, json for programs: one document {schema_version, status, exit_code, data} on stdout.",
        HelpName = "text|json",
        CustomParser = result => result.Tokens[0].Value switch
        {
            "text" => OutputFormat.Text,
            "json" => OutputFormat.Json,
            _ => Refuse(result, "text, json"),
        },
    };

    public static Option<OutputFormat> FormatWithMarkdown() => new("--format")
    {
        Description = "text for people, markdown for a README, json for programs.",
        HelpName = "text|markdown|json",
        CustomParser = result => result.Tokens[0].Value switch
        {
            "text" => OutputFormat.Text,
            "markdown" => OutputFormat.Markdown,
            "json" => OutputFormat.Json,
            _ => Refuse(result, "text, markdown, json"),
        },
    };

    public static Option<string> Folder() => new("--output")
    {
        Description = "Folder of the runs of this machine.",
        HelpName = "DIR",
        DefaultValueFactory = _ => RunFolders.Default,
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Change a setting: --set training.epochs=3. Wins over the file and the environment (ACTORS__TRAINING__EPOCHS=3). Can be given again.",
        HelpName = "a.b=c",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    /// <summary>For a run that was begun: where it computes may change, what it computes may not.</summary>
    public static Option<string[]> SetPlacement()
    {
        Option<string[]> set = Set();
        set.Description = "Compute elsewhere: --set placement.devices=[cpu:0], or null for the devices that are offered. "
            + "Only keys under placement can be changed. Can be given again.";
        set.HelpName = "placement.a=b";
        return set;
    }

    public static Argument<string> Configuration() => new("CONFIG") { Description = "The run's configuration, a YAML file; see docs/configuration.md." };

    public static Argument<string> Run() => new("RUN") { Description = "A run: its name, a beginning of it that no other has, or its folder." };

    public static Argument<string> ClusterRun() => new("RUN") { Description = "A run in the cluster: its name, or a beginning of it that no other has." };

    private static OutputFormat Refuse(System.CommandLine.Parsing.ArgumentResult result, string known)
    {
        result.AddError($"--format must be one of {known}, but is '{result.Tokens[0].Value}'.");
        return OutputFormat.Text;
    }
}
