using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts.Runs;

namespace Actors.Contracts.Events;

/// <summary>How run events are written as JSON: snake_case, one line each.</summary>
public static class RunEventJson
{
    private const string WarningOfBefore = "Warning: "; // how files say it that were written before there was a field for it

    /// <summary>The options of <c>metrics.jsonl</c>.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a diverged loss must not break the file
    };

    /// <summary>One event as one line, without the line's end.</summary>
    public static string Write(RunEvent runEvent) => JsonSerializer.Serialize(runEvent, Options);

    /// <summary>Reads a line back.</summary>
    /// <exception cref="JsonException">The line is not a whole event.</exception>
    public static RunEvent Read(string line)
    {
        try
        {
            RunEvent read = JsonSerializer.Deserialize<RunEvent>(line, Options) ?? throw new JsonException("The line is null.");
            return read is StatusEvent { IsWarning: false, Message: { } message } status
                && message.StartsWith(WarningOfBefore, StringComparison.Ordinal)
                ? status with
                {
                    IsWarning = true,
                    GoesOn = status.Status == RunStatus.Starting,
                    Message = message[WarningOfBefore.Length..],
                }
                : read;
        }
        catch (NotSupportedException failure)
        {
            throw new JsonException("The line does not begin with the 'kind' of an event.", failure);
        }
    }
}
