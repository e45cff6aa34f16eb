using System.CommandLine;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary>The options that say which runs are listed and in what order; one of these belongs to one command.</summary>
internal sealed class ListSelection
{
    private static readonly string[] Statuses = [.. Enum.GetValues<RunStatus>().Select(status => status.Word()), "damaged"];

    private readonly Option<string?> status = new("--status")
    {
        Description = $"Only runs of that status: {string.Join(", ", Statuses)}.",
        HelpName = "STATUS",
    };

    private readonly Option<string> sort = new("--sort")
    {
        Description = "changed: the last changed first; name; validation, test: the most accurate first, those without last.",
        HelpName = "changed|name|validation|test",
        DefaultValueFactory = _ => "changed",
    };

    private readonly Option<int?> limit = new("--limit") { Description = "At most as many.", HelpName = "N" };

    public ListSelection()
    {
        status.AcceptOnlyFromAmong(Statuses);
        sort.AcceptOnlyFromAmong("changed", "name", "validation", "test");
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int most) && most < 1)
            {
                result.AddError($"--limit must be a whole number ≥ 1, but is '{token.Value}'.");
            }
        });
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(status);
        command.Options.Add(sort);
        command.Options.Add(limit);
    }

    /// <summary>Takes the runs that are wanted, in the order that is wanted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="runs">All runs, the last changed first.</param>
    /// <param name="keysOf">What a run is chosen by.</param>
    public IEnumerable<T> Choose<T>(ParseResult parsed, IEnumerable<T> runs, Func<T, ListKeys> keysOf)
    {
        string? wanted = parsed.GetValue(status);
        IEnumerable<(T Run, ListKeys Keys)> chosen = runs.Select(run => (run, keysOf(run))).Where(one => wanted is null || one.Item2.Status == wanted);
        chosen = parsed.GetRequiredValue(sort) switch
        {
            "name" => chosen.OrderBy(one => one.Keys.Name, StringComparer.Ordinal),
            "validation" => chosen.OrderByDescending(one => one.Keys.Validation ?? -1),
            "test" => chosen.OrderByDescending(one => one.Keys.Test ?? -1),
            _ => chosen,
        };
        return chosen.Take(parsed.GetValue(limit) ?? int.MaxValue).Select(one => one.Run);
    }

    /// <summary>Refuses an order that a cluster's list has no figures for.</summary>
    /// <exception cref="CommandFailure">It was asked for.</exception>
    public void RefuseFigures(ParseResult parsed)
    {
        if (parsed.GetRequiredValue(sort) is "validation" or "test")
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                $"--sort {parsed.GetValue(sort)} means something only without a cluster, whose list has no accuracies. "
                + "Sort by changed or name, or see a run's with 'actors show'.");
        }
    }
}
