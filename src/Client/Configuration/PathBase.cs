namespace Actors.Client.Configuration;

/// <summary>What relative paths of a configuration count from.</summary>
/// <param name="File">For those that the file names: its folder; null: they stay as they are written.</param>
/// <param name="Others">For those of the environment and the command line; null: they stay relative, for each silo to count from its data root.</param>
internal sealed record PathBase(string? File, string? Others)
{
    /// <summary>A path as the run has it.</summary>
    public string Of(SettingScalar path) =>
        (path.Origin.IsFile ? File : Others) is { } folder ? Path.GetFullPath(path.Text, folder) : path.Text;
}
