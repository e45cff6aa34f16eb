namespace Actors.Silo.Hosting;

/// <summary>The silo cannot be what it was told to be; ends its start with a message for people and an exit code.</summary>
/// <param name="exitCode">What the process ends with.</param>
/// <param name="message">Rule, what came, and what to do.</param>
internal sealed class SiloRefusedException(ExitCode exitCode, string message) : Exception(message)
{
    /// <summary>What the process ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
