using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>A run of a list: summed up, or what is wrong with its folder. One of the two.</summary>
internal sealed record ListedRun(RunSummary? Summary, DamagedRun? Damage)
{
    /// <summary>When something last happened in it; of a run that has told nothing that can be read, when its configuration was written.</summary>
    public DateTimeOffset Changed => Summary?.Changed ?? File.GetLastWriteTimeUtc(Path.Combine(Summary?.Folder ?? Damage!.Folder, RunFiles.Configuration));

    /// <summary>Reads a run's folder, whatever is in it. Its name is the folder's, by which commands find it, also where that was moved or copied.</summary>
    public static ListedRun Read(string folder)
    {
        try
        {
            return new ListedRun(RunSummary.Read(folder) with { Name = Path.GetFileName(folder) }, null);
        }
        catch (Exception failure) when (failure is ConfigurationException or CommandFailure or IOException or UnauthorizedAccessException)
        {
            string message = failure is ConfigurationException configuration ? string.Join(" ", configuration.Faults) : failure.Message;
            return new ListedRun(null, new DamagedRun(Path.GetFileName(folder), folder, message));
        }
    }
}
