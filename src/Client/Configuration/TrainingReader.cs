using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>training</c>.</summary>
internal static class TrainingReader
{
    private const string Gradients = "gradients";
    private const string Parameters = "parameters";

    public static TrainingConfiguration Read(SettingSection section)
    {
        SettingSection synchronization = section.Section("synchronization");
        string mode = synchronization.Choice("mode", Gradients, [Gradients, Parameters]);
        int every = synchronization.Integer("every", 1, NumberRule.AtLeast(1));
        if (mode == Gradients && every > 1)
        {
            synchronization.Fault(
                "every",
                $"training.synchronization.every must be 1 where mode is {Gradients}, but is '{every}'. For rounds of several steps set mode to {Parameters}.");
        }

        synchronization.Finish();
        var training = new TrainingConfiguration
        {
            Epochs = section.Integer("epochs", 12, NumberRule.AtLeast(1)),
            BatchSize = section.Integer("batch_size", 32, NumberRule.AtLeast(1)),
            Shards = section.Integer("shards", 1, NumberRule.AtLeast(1)),
            SynchronizationMode = mode,
            SynchronizationEvery = every,
            ClipNorm = section.OptionalNumber("clip_norm", NumberRule.Positive),
            EvaluationBatchSize = section.Integer("evaluation_batch_size", 256, NumberRule.AtLeast(1)),
            EvaluateEveryEpochs = section.Integer("evaluate_every_epochs", 1, NumberRule.AtLeast(1)),
            LogEverySteps = section.Integer("log_every_steps", 10, NumberRule.AtLeast(1)),
        };
        section.Finish();
        return training;
    }
}
