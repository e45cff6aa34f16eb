using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>Touches the test split with the best weights by validation. Used from one grain's turns.</summary>
internal sealed class RunTest(RunWorkers workers, RunCheckpoints checkpoints, RunOrder order, Lanes lanes, TimeProvider time)
{
    /// <summary>Evaluates, and writes the predictions.</summary>
    /// <param name="schedule">The run's.</param>
    /// <param name="step">Steps taken.</param>
    /// <returns>The result, not told yet.</returns>
    public async Task<EvaluationEvent> TakeAsync(RunSchedule schedule, long step)
    {
        (RunState tested, string? warning) = await checkpoints.RestoreBestAsync();
        SplitPredictions predictions = await workers.EvaluateAsync(Split.Test);
        await lanes.Files.Run(() => PredictionFile.Write(Path.Combine(order.Folder, PredictionFile.TestName), predictions));
        return RunEvaluation.Describe(
            predictions, "test", workers.Ready.ClassCount, schedule.Epoch(tested.Step), best: false, 0, time.GetUtcNow(), Math.Max(step, tested.Step)) with { Warning = warning };
    }
}
