using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Client.Configuration;
using Actors.Grains.Diagnostics;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;

namespace Actors.Client.Commands;

/// <summary>Runs a command and writes what comes of it: a result to stdout, an error to stderr, JSON where asked.</summary>
internal static class CommandRunner
{
    /// <summary>Version of the JSON documents; rises when a field changes its meaning or goes.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // written to a terminal or a file, never into a page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static async Task<int> RunAsync(CommandContext context, OutputFormat format, Func<Task<CommandOutcome>> command)
    {
        CommandOutcome outcome;
        try
        {
            outcome = await command();
        }
        catch (Exception failure)
        {
            return Fail(context, format, failure);
        }

        if (format == OutputFormat.Json)
        {
            WriteJson(context, outcome.ExitCode, outcome.Data);
        }
        else
        {
            outcome.WriteText(context.OutputConsole());
        }

        return (int)outcome.ExitCode;
    }

    /// <summary>Tells a failure: on stderr for people, on stdout as JSON where asked.</summary>
    public static int Fail(CommandContext context, OutputFormat format, Exception failure)
    {
        (ExitCode exitCode, string message, IReadOnlyList<string> faults) = Explain(failure);
        if (format == OutputFormat.Json)
        {
            WriteJson(context, exitCode, new { message, faults });
        }

        context.Error.WriteLine($"error: {message}");
        foreach (string fault in faults)
        {
            context.Error.WriteLine($"  {fault}");
        }

        return (int)exitCode;
    }

    private static (ExitCode ExitCode, string Message, IReadOnlyList<string> Faults) Explain(Exception failure) => failure is TypeInitializationException
        ? (ExitCode.Failed, NativeFault.CauseOf(failure).Message, [])
        : ExplainKnown(failure);

    // Apart from the above: where libtorch does not load, none of Learning's types can be named.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (ExitCode ExitCode, string Message, IReadOnlyList<string> Faults) ExplainKnown(Exception failure) => failure switch
    {
        CommandFailure known => (known.ExitCode, known.Message, known.Faults),
        ConfigurationException configuration => (
            ExitCode.BadInput,
            $"The configuration has {Count(configuration.Faults.Count)}. Nothing was started.",
            [.. configuration.Faults.Select(fault => fault.ToString())]),
        DataException data => (ExitCode.BadInput, $"The data has {Count(data.Faults.Count)}. Nothing was started.", data.Faults),
        CheckpointException => (ExitCode.BadInput, failure.Message, []),
        OperationCanceledException => (ExitCode.Interrupted, "Stopped.", []),
        IOException or UnauthorizedAccessException or WorkerException or TimeoutException => (ExitCode.Failed, failure.Message, []),
        _ => (ExitCode.Failed, $"{failure.GetType().Name}: {failure.Message}", []),
    };

    private static string Count(int faults) => faults == 1 ? "1 fault" : $"{faults} faults";

    private static void WriteJson(CommandContext context, ExitCode exitCode, object? data) => context.Output.WriteLine(JsonSerializer.Serialize(
        new { SchemaVersion, Status = StatusWord(exitCode), ExitCode = (int)exitCode, Data = data }, Json));

    private static string StatusWord(ExitCode exitCode) => exitCode switch
    {
        ExitCode.Ok => "ok",
        ExitCode.CannotConnect => "cannot_connect",
        ExitCode.BadInput => "bad_input",
        ExitCode.Interrupted or ExitCode.Terminated => "stopped",
        _ => "failed",
    };
}
