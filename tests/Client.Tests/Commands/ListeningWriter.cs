namespace Actors.Client.Tests.Commands;

/// <summary>What a console writes, with a sign once it has written a certain text.</summary>
/// <param name="awaited">The text, within one line.</param>
internal sealed class ListeningWriter(string awaited) : StringWriter
{
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once the text is written.</summary>
    public Task Heard => heard.Task;

    public override async Task WriteLineAsync(string? value)
    {
        await base.WriteLineAsync(value);
        if (value?.Contains(awaited, StringComparison.Ordinal) == true)
        {
            heard.TrySetResult();
        }
    }
}
