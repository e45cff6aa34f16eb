using Actors.Contracts.Events;

namespace Actors.Client.Display;

/// <summary>What a run says of itself, in words for people.</summary>
internal static class StatusText
{
    public static string Of(StatusEvent status) => status.IsWarning ? $"Warning: {status.Message}" : status.Message;
}
