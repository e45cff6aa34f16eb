using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>Touches the test split with the best weights by validation. Used from one grain's turns.</summary>
internal sealed class RunTest(RunWorkers workers, RunCheckpoints checkpoints, RunOrder order, Lanes lanes, TimeProvider time)
{
    private static readonly TimeSpan MostTimeToReturn = TimeSpan.FromMinutes(2); // of shards whose samples nobody else has
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);

    /// <summary>Evaluates, and writes the predictions. Shards that are away are waited for where nobody else has their samples.</summary>
    /// <param name="schedule">The run's.</param>
    /// <param name="step">Steps taken.</param>
    /// <param name="tell">Told what is waited for.</param>
    /// <param name="stopping">True where nobody wants to wait any longer.</param>
    /// <returns>The result, not told yet.</returns>
    public async Task<EvaluationEvent> TakeAsync(RunSchedule schedule, long step, Func<string, Task> tell, Func<bool> stopping)
    {
        DateTimeOffset until = time.GetUtcNow() + MostTimeToReturn;
        while (true)
        {
            (RunState tested, string? damaged) = await checkpoints.RestoreBestAsync();
            SplitPredictions predictions = await workers.EvaluateAsync(Split.Test);
            string? missing = RunEvaluation.Missing(workers, predictions, Split.Test);
            if (missing is not null && await IsAnyBackAsync(until, () => tell($"Waiting for shards until {until:HH:mm:ss} UTC. {missing}"), stopping))
            {
                continue;
            }

            await lanes.Files.Run(() => PredictionFile.Write(Path.Combine(order.Folder, PredictionFile.TestName), predictions));
            EvaluationEvent told = RunEvaluation.Describe(
                predictions, SplitName.Test, workers.Ready.ClassCount, schedule.Epoch(tested.Step), Math.Max(step, tested.Step));
            return told with
            {
                Warning = missing is null ? damaged : $"{damaged} {missing} Evaluate the run again when they are back.".TrimStart(),
            };
        }
    }

    /// <summary>Evaluates apart from any training, and keeps the result beside the predictions.</summary>
    public async Task<EvaluationEvent> TakeApartAsync(IGrainFactory grains)
    {
        using RunLock held = await RunLock.TakeAsync(order.Folder, time);
        try
        {
            await workers.PrepareAsync(await RunPlanning.PlanAsync(grains, order));
            var schedule = new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
            EvaluationEvent test = await TakeAsync(schedule, 0, _ => Task.CompletedTask, () => true);
            test = test with { Time = time.GetUtcNow() }; // no journal does
            await lanes.Files.Run(() => EvaluationFile.Write(order.Folder, test));
            return test;
        }
        finally
        {
            await workers.ReleaseAsync();
        }
    }

    private async Task<bool> IsAnyBackAsync(DateTimeOffset until, Func<Task> tell, Func<bool> stopping)
    {
        for (bool told = false; time.GetUtcNow() < until && !stopping(); told = true)
        {
            int[] away = [.. workers.Rounds!.Away];
            await workers.Rounds.TakeBackAsync();
            if (away.Except(workers.Rounds.Away).Any())
            {
                return true;
            }

            if (!told)
            {
                await tell();
            }

            await Task.Delay(BetweenTries, time);
        }

        return false;
    }
}
