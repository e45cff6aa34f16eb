using System.CommandLine;
using Actors.Client.Configuration;
using Actors.Client.Display;

namespace Actors.Client.Commands;

/// <summary><c>actors methods</c>.</summary>
internal static class MethodsCommand
{
    private static readonly Dictionary<string, string> Descriptions = new()
    {
        ["datasets av-digits"] = "Spoken and written digits, shipped; "
            + "snr_db, shift_ms, pca_energy, noise_std, train_voices and train_samples set how hard they are.",
        ["datasets manifest"] = "Your own files: a CSV with id, label, split and a column of paths per modality.",
        ["datasets synthetic"] = "Made up as it is read, modalities m0 and m1; to try a setting out without files.",
        ["encoders convnet"] = "Small convolutional network; width, features, depth.",
        ["encoders lenet"] = "MultiBench's LeNet; width, depth.",
        ["encoders resnet18"] = "ResNet-18 with torchvision's names; frames are averaged over time.",
        ["fusions late-linear"] = "A linear slice per modality, added up.",
        ["fusions mid-mlp"] = "Features projected to one width and added up, then a small MLP; hidden, dropout.",
        ["methods unimodal"] = "One modality alone; method.modality says which.",
        ["methods joint"] = "The fused loss alone.",
        ["methods multi-loss"] = "The fused loss and each modality's own.",
        ["methods mlb"] = "Multi-loss, with each modality's learning scaled by how far it is behind; alpha, beta_max, target.",
        ["optimizers sgd"] = "Stochastic gradient descent; momentum, nesterov, weight_decay.",
        ["optimizers adam"] = "Adam; beta1, beta2, epsilon, weight_decay (L2).",
        ["optimizers adamw"] = "Adam with decoupled weight_decay.",
        ["server-optimizers fedavg"] = "The participants' mean, weighted by samples as synchronization.weights says, or learning_rate of the way to it.",
        ["server-optimizers fedavgm"] = "The mean with momentum.",
        ["server-optimizers fedadam"] = "Adam on what the participants learnt; beta1, beta2, epsilon.",
        ["schedules constant"] = "The learning rate as it is.",
        ["schedules step"] = "Times gamma every every_steps.",
        ["schedules cosine"] = "Falls along a cosine to minimum_factor at the last step.",
        ["schedules cosine-restarts"] = "Cosines of cycle_steps, each cycle_factor longer than the last, after hold_steps.",
    };

    /// <summary>What can be chosen, by family and name, with a line on each.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Choices() =>
        new OrderedDictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["methods"] = Family("methods", KnownNames.Methods),
            ["encoders"] = Family("encoders", KnownNames.Encoders),
            ["fusions"] = Family("fusions", KnownNames.Fusions),
            ["optimizers"] = Family("optimizers", KnownNames.Optimizers),
            ["server-optimizers"] = Family("server-optimizers", KnownNames.ServerOptimizers),
            ["schedules"] = Family("schedules", KnownNames.Schedules),
            ["datasets"] = Family("datasets", KnownNames.Datasets),
        };

    public static Command Create(CommandContext context)
    {
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command("methods", "List all that can be chosen by name, with a line on each.\n\nExample:\n  actors methods") { format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            var choices = Choices();
            return Task.FromResult(new CommandOutcome(ExitCode.Ok, choices, console =>
            {
                foreach ((string family, IReadOnlyDictionary<string, string> members) in choices)
                {
                    ResultTable.Line(console, family);
                    foreach ((string name, string description) in members)
                    {
                        ResultTable.Line(console, $"  {name,-16}{description}");
                    }
                }
            }));
        }));
        return command;
    }

    private static OrderedDictionary<string, string> Family(string family, IReadOnlyList<string> names)
    {
        var members = new OrderedDictionary<string, string>();
        foreach (string name in names)
        {
            members[name] = Descriptions.GetValueOrDefault($"{family} {name}", "");
        }

        return members;
    }
}
