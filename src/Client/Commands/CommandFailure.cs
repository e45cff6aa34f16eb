namespace Actors.Client.Commands;

/// <summary>Ends a command with a message for people and an exit code.</summary>
/// <param name="exitCode">What the process ends with.</param>
/// <param name="message">Rule, what came, and what to do.</param>
/// <param name="faults">Several faults, a sentence each; empty where the message is all.</param>
internal sealed class CommandFailure(ExitCode exitCode, string message, IReadOnlyList<string>? faults = null) : Exception(message)
{
    public ExitCode ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Faults { get; } = faults ?? [];
}
