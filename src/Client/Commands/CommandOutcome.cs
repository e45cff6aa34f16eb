using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary>What a command gives back, once for people and once for programs.</summary>
/// <param name="ExitCode">What the process ends with.</param>
/// <param name="Data">The <c>data</c> of the JSON document.</param>
/// <param name="WriteText">Writes the same for people.</param>
internal sealed record CommandOutcome(ExitCode ExitCode, object? Data, Action<IAnsiConsole> WriteText);
