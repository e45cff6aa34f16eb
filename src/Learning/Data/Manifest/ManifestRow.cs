namespace Actors.Learning.Data.Manifest;

/// <summary>One sample of a manifest.</summary>
/// <param name="Line">Line of the CSV, from 1.</param>
/// <param name="Id">Identity.</param>
/// <param name="Label">Class name.</param>
/// <param name="Split">Split; null in a manifest with that fault.</param>
/// <param name="Shard">Shard by name; null where the manifest has no such column.</param>
/// <param name="Files">Full path of each modality's file, by modality.</param>
internal sealed record ManifestRow(int Line, string Id, string Label, Split? Split, string? Shard, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>What is wrong with a file, and what to do.</summary>
    /// <param name="csv">The manifest.</param>
    /// <param name="modality">Whose file.</param>
    /// <param name="failure">What reading it met; an <see cref="InvalidDataException"/> has the remedy itself.</param>
    public string Fault(string csv, string modality, Exception failure)
    {
        string what = failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => "the file is not there; paths count from the CSV's folder",
            InvalidDataException => failure.Message,
            _ => $"{failure.Message.TrimEnd('.')}; see that it is a file that this user may read",
        };
        return $"{csv}:{Line}: {modality} '{Files[modality]}': {what}.";
    }
}
