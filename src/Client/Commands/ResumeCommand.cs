using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Configuration;
using Actors.Client.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<bool> follow = StartCommand.Follow();
        Option<string[]> set = CommonOptions.SetPlacement();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "resume",
            "Go on with a stopped or failed run from its last whole checkpoint.\n\nExample:\n"
            + "  actors resume av-digits\n"
            + "  actors resume av-digits --set placement.devices=[cpu:0]\n"
            + "  actors resume av-digits --cluster localhost:30000") { run, output, set, follow, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            if (cluster.IsGiven(parsed, output))
            {
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                IReadOnlyList<string> placement = parsed.GetValue(set) ?? [];
                RegisteredRun known = ClusterRuns.Changed(await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run)), placement);
                if (known.HasEnded)
                {
                    // As from a checkpoint. Where there is none, and weights are missing, the run says what it waits for.
                    RunConfiguration planned = known.Configuration.WithoutWeights();
                    await StartCommand.PlanAsync(context, connection, planned, isTold: !parsed.GetValue(follow), cancellation);
                }

                string advice = $"The run may have been resumed. See: actors show {known.Configuration.Name} {connection.Flag}";
                ChangedPlacement? changed = placement.Count == 0
                    ? null
                    : new ChangedPlacement(known.Configuration.Placement, RunConfigurationWriter.Write(known.Configuration));
                // Asked once: a second time would be refused, since the first may have begun it.
                RunAnswer answer = await connection
                    .AskAsync(asked => asked.Directory.ResumeAsync(known.Configuration.Name, changed), again: false, advice)
                    .WaitAsync(cancellation);
                return await StartCommand.TellAsync(context, connection, answer, parsed.GetValue(follow), cancellation);
            }

            if (parsed.GetValue(follow))
            {
                throw new CommandFailure(
                    ExitCode.BadInput,
                    "--follow means something only with --cluster or --profile: a run that is resumed here is shown to its end anyway. "
                    + "Remove it, or name the cluster.");
            }

            await using ITrainer trainer = context.StartTrainer();
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder, checkMachine: true, parsed.GetValue(set));
            if (RunSummary.Read(folder, reading.Configuration).Status == RunStatus.Completed)
            {
                throw new CommandFailure(
                    ExitCode.BadInput,
                    $"Run '{reading.Configuration.Name}' is completed; there is nothing to go on with. See it with: actors show {folder}");
            }

            RunFolders.RefuseUnderWay(folder);
            var order = new TrainingOrder(reading.Configuration, folder, Resume: true);
            return await TrainCommand.TrainAsync(context, trainer, [order], parsed.GetValue(format), cancellation);
        }));
        return command;
    }
}
