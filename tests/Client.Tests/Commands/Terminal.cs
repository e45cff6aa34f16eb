using System.Text.Json;
using Actors.Client.Commands;
using Actors.Client.Running;

namespace Actors.Client.Tests.Commands;

/// <summary>Runs <c>actors</c> in this process, as from a shell without a terminal.</summary>
internal sealed class Terminal
{
    private readonly StringWriter output = new();

    public string Output => output.ToString();

    public string Error => ErrorWriter.ToString();

    /// <summary>Receives stderr.</summary>
    public StringWriter ErrorWriter { get; init; } = new();

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>What runs are trained by; the process's own unless a test says otherwise.</summary>
    public Func<ITrainer> StartTrainer { get; init; } = () => new EmbeddedTrainer(TimeProvider.System);

    /// <summary>The signals a watch listens to; none unless a test sends some.</summary>
    public Func<StopSignals> ListenToSignals { get; init; } = () => new StopSignals();

    public async Task<ExitCode> RunAsync(params string[] arguments) => (ExitCode)await CommandTree.RunAsync(arguments, new CommandContext
    {
        Output = output,
        Error = ErrorWriter,
        Environment = Environment,
        IsErrorTerminal = false,
        IsOutputTerminal = false,
        Time = TimeProvider.System,
        StartTrainer = StartTrainer,
        ListenToSignals = ListenToSignals,
    });
}
