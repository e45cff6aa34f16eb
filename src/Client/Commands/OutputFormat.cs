namespace Actors.Client.Commands;

/// <summary>How a command writes its result.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Markdown,
}
