using Actors.Client.Commands;
using Actors.Client.Configuration;

namespace Actors.Client.Running;

/// <summary>The names of the runs of a place: a folder's or a cluster's.</summary>
/// <param name="place">The place, as messages name it.</param>
/// <param name="names">The names.</param>
/// <param name="advice">What to do where there is none.</param>
internal sealed class RunNames(string place, IReadOnlyList<string> names, string advice)
{
    /// <summary>Finds a run by name, or a beginning of its name that only it has.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="CommandFailure">No run, or several.</exception>
    public string Find(string run)
    {
        string[] matches = names.Contains(run) ? [run] : [.. names.Where(name => name.StartsWith(run, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return matches switch
        {
            [string one] => one,
            [] => throw new CommandFailure(ExitCode.BadInput, $"No run '{run}' is in {place}. {(names.Count == 0 ? advice : NearestName.Hint(run, names))}"),
            _ => throw new CommandFailure(
                ExitCode.BadInput, $"'{run}' must begin the name of one run, but begins {matches.Length}: {string.Join(", ", matches)}."),
        };
    }
}
