using System.CommandLine;
using Actors.Client.Artifacts;
using Actors.Client.Cluster;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<string[]> set = CommonOptions.SetPlacement();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "evaluate",
            "Evaluate a run's best checkpoint on the test split.\n\nExample:\n"
            + "  actors evaluate av-digits\n"
            + "  actors evaluate av-digits --set placement.devices=[cpu:0]\n"
            + "  actors evaluate av-digits --cluster localhost:30000") { run, output, set, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            if (cluster.IsGiven(parsed, output))
            {
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                RegisteredRun known = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
                RegisteredRun changed = ClusterRuns.Changed(known, parsed.GetValue(set) ?? []);
                EvaluationEvent result = await ClusterRuns.EvaluateAsync(connection, changed, cancellation);
                if (RunFolders.IsRun(known.Folder))
                {
                    RunReport.Write(known.Folder, context.Error); // the silos draw nothing
                }

                return Tell(result, await ClusterRuns.SummaryAsync(connection, known));
            }

            await using ITrainer trainer = context.StartTrainer();
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder, checkMachine: true, parsed.GetValue(set));
            RunFolders.RefuseUnderWay(folder);
            EvaluationEvent evaluation = await trainer.EvaluateAsync(new TrainingOrder(reading.Configuration, folder, Resume: true), cancellation);
            RunReport.Write(folder, context.Error);
            return Tell(evaluation, RunSummary.Read(folder, reading.Configuration));
        }));
        return command;
    }

    private static CommandOutcome Tell(EvaluationEvent evaluation, RunSummary run) =>
        new(ExitCode.Ok, evaluation, console => ResultTable.Write(console, run with { Validation = null, Test = evaluation }));
}
