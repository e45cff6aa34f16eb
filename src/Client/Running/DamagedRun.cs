namespace Actors.Client.Running;

/// <summary>A run whose folder cannot be read, where the others are listed.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Message">What is wrong, with file and line.</param>
internal sealed record DamagedRun(string Name, string Folder, string Message)
{
    /// <summary>Stands where that of a run does.</summary>
    public string Status => "damaged";
}
