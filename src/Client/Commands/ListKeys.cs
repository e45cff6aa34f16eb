using Actors.Client.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary>What a run is chosen and ordered by in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its status as the list shows it.</param>
/// <param name="Validation">Best accuracy on validation; null where there is none.</param>
/// <param name="Test">Accuracy on test; null where there is none.</param>
internal sealed record ListKeys(string Name, string Status, double? Validation, double? Test)
{
    public static ListKeys Of(ListedRun run) => run.Summary is { } summary
        ? new ListKeys(summary.Name, summary.Status.Word(), summary.Validation?.Accuracy, summary.Test?.Accuracy)
        : new ListKeys(run.Damage!.Name, run.Damage.Status, null, null);

    public static ListKeys Of(RegisteredRun run) => new(run.Configuration.Name, run.Status.Word(), null, null);
}
