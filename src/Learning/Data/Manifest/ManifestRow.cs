namespace Actors.Learning.Data.Manifest;

/// <summary>One sample of a manifest.</summary>
/// <param name="Line">Line of the CSV, from 1.</param>
/// <param name="Id">Identity.</param>
/// <param name="Label">Class name.</param>
/// <param name="Split">Split.</param>
/// <param name="Shard">Shard by name; null where the manifest has no such column.</param>
/// <param name="Files">Full path of each modality's file, by modality.</param>
internal sealed record ManifestRow(int Line, string Id, string Label, Split Split, string? Shard, IReadOnlyDictionary<string, string> Files);
