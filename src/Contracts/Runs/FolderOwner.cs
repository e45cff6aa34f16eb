namespace Actors.Contracts.Runs;

/// <summary>Who has a run's folder. A silo that reads the same there sees that folder, and not another of the same path.</summary>
/// <param name="Folder">The run's folder, a full path.</param>
/// <param name="Text">What is written in it of whoever has taken it.</param>
[GenerateSerializer, Immutable, Alias("Actors.FolderOwner")]
public sealed record FolderOwner([property: Id(0)] string Folder, [property: Id(1)] string Text);
