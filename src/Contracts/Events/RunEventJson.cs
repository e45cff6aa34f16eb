using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Events;

/// <summary>Run events as lines of JSON, the form of <c>metrics.jsonl</c>: snake_case, enumerations as words.</summary>
public static class RunEventJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>One event as one line, without its line end. A loss that is no number is written as <c>"NaN"</c>.</summary>
    public static string Write(RunEvent one) => JsonSerializer.Serialize(one, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The line is no event.</exception>
    public static RunEvent Read(string line) =>
        JsonSerializer.Deserialize<RunEvent>(line, Options) ?? throw new JsonException("An event must be an object, but the line is null.");
}
