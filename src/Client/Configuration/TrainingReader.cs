using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>training</c>.</summary>
internal static class TrainingReader
{
    public static TrainingConfiguration Read(SettingSection section, IReadOnlyList<string> serverOptimizers)
    {
        int shards = section.Integer("shards", 1, NumberRule.AtLeast(1));
        (string mode, int every, RoundConfiguration? rounds) = SynchronizationReader.Read(section.Section("synchronization"), serverOptimizers, shards);
        var training = new TrainingConfiguration
        {
            Epochs = section.Integer("epochs", 12, NumberRule.AtLeast(1)),
            BatchSize = section.Integer("batch_size", 32, NumberRule.AtLeast(1)),
            Shards = shards,
            SynchronizationMode = mode,
            SynchronizationEvery = every,
            Rounds = rounds,
            ClipNorm = section.OptionalNumber("clip_norm", NumberRule.Positive),
            EvaluationBatchSize = section.Integer("evaluation_batch_size", 256, NumberRule.AtLeast(1)),
            EvaluateEveryEpochs = section.Integer("evaluate_every_epochs", 1, NumberRule.AtLeast(1)),
            LogEverySteps = section.Integer("log_every_steps", 10, NumberRule.AtLeast(1)),
        };
        section.Finish();
        return training;
    }
}
