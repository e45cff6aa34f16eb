using System.Collections;
using Actors.Client.Running;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary>What a command sees of the world around the process.</summary>
internal sealed record CommandContext
{
    /// <summary>Results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    public required IDictionary Environment { get; init; }

    /// <summary>True where stderr is a terminal, so that bars may be drawn.</summary>
    public required bool IsErrorTerminal { get; init; }

    /// <summary>True where stdout is a terminal, so that its width is one.</summary>
    public required bool IsOutputTerminal { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Makes what runs are trained by.</summary>
    public required Func<ITrainer> StartTrainer { get; init; }

    /// <summary>Listens to the signals that end a watch.</summary>
    public required Func<StopSignals> ListenToSignals { get; init; }

    /// <summary>The process's own surroundings.</summary>
    public static CommandContext OfProcess()
    {
        bool isErrorTerminal = !Console.IsErrorRedirected && System.Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new()
        {
            Output = Console.Out,
            Error = Console.Error,
            Environment = System.Environment.GetEnvironmentVariables(),
            IsErrorTerminal = isErrorTerminal,
            IsOutputTerminal = !Console.IsOutputRedirected,
            Time = TimeProvider.System,
            StartTrainer = () => new EmbeddedTrainer(TimeProvider.System),
            ListenToSignals = () => StopSignals.OfProcess(isErrorTerminal),
        };
    }

    public IAnsiConsole OutputConsole() => ConsoleFor(Output, IsOutputTerminal);

    public IAnsiConsole ErrorConsole() => ConsoleFor(Error, IsErrorTerminal);

    private IAnsiConsole ConsoleFor(TextWriter writer, bool isTerminal)
    {
        bool isPlain = !isTerminal || Environment["NO_COLOR"] is string { Length: > 0 };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = 200; // a file has no width; tables must not be folded at 80
        }

        console.Profile.Capabilities.Unicode = writer.Encoding.CodePage == System.Text.Encoding.UTF8.CodePage || !isTerminal;
        return console;
    }
}
