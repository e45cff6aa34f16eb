using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors start</c>.</summary>
internal static class StartCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> file = CommonOptions.Configuration();
        Option<string[]> set = CommonOptions.Set();
        Option<string?> name = new("--name") { Description = "Name of the run, its id in the cluster; its folder is named after it.", HelpName = "NAME" };
        Option<string> output = CommonOptions.Folder();
        output.Description = "Folder of the runs, a path that every silo sees. A relative one counts from a silo's --data-root, as relative paths of --set do.";
        Option<string?> token = new("--token")
        {
            Description = "A word of your choice: starting again with the same one answers with the same run and starts nothing.",
            HelpName = "T",
        };
        Option<bool> planOnly = new("--plan") { Description = "Say where the run would compute, and start nothing." };
        Option<bool> follow = Follow();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "start",
            "Start a run in a cluster and leave it there.\n\nExample:\n"
            + "  actors start examples/av-digits.yaml --cluster localhost:30000 --set placement.devices=null")
        {
            file, set, name, output, token, planOnly, follow, format,
        };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            RunConfiguration run = ConfigurationReader.Read(new ConfigurationSource
            {
                File = parsed.GetRequiredValue(file),
                Environment = context.Environment,
                Set = parsed.GetValue(set) ?? [],
                Name = parsed.GetValue(name),
                ForCluster = true,
            }).Configuration; // devices and data are the silos', not this machine's
            string? given = parsed.GetValue(token);
            var registration = new RunRegistration
            {
                Configuration = run,
                Folder = Path.Combine(parsed.GetRequiredValue(output), run.Name),
                Token = given ?? Guid.NewGuid().ToString("N"),
                Document = RunConfigurationWriter.Write(run),
            };
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            bool isOnlyPlanned = parsed.GetValue(planOnly), isFollowed = parsed.GetValue(follow);
            bool isKnown = given is not null && !isOnlyPlanned
                && (await connection.AskAsync(asked => asked.Directory.ListAsync())).Any(known => known.Token == given);
            RunPlan? plan = isKnown ? null : await PlanAsync(context, connection, run, isTold: !isFollowed || isOnlyPlanned, cancellation);
            if (isOnlyPlanned)
            {
                return new CommandOutcome(ExitCode.Ok, new { plan!.Workers }, _ => { });
            }

            string advice = "The run may have been started. Ask again with the same token, which starts it once at most: "
                + $"actors start {parsed.GetRequiredValue(file)} --token {registration.Token} {connection.Flag}, and the other options as before";
            RunAnswer answer = await connection.AskAsync(asked => asked.Directory.StartAsync(registration), advice: advice).WaitAsync(cancellation);
            if (given is null && answer is { Refusal: null, Begun: false })
            {
                answer = answer with { Begun = true }; // nobody else has this token: an answer was lost, and it was the try before that began the run
            }

            return await TellAsync(context, connection, answer, isFollowed, cancellation);
        }));
        return command;
    }

    public static Option<bool> Follow() => new("--follow") { Description = "Watch the run as 'actors watch' does; Ctrl-C ends the watching, not the run." };

    /// <summary>Has the cluster plan a run, and tells where its workers will be unless a watch is about to.</summary>
    /// <exception cref="CommandFailure">It cannot be placed; lists every fault.</exception>
    public static async Task<RunPlan> PlanAsync(
        CommandContext context, ClusterConnection cluster, RunConfiguration run, bool isTold, CancellationToken cancellation)
    {
        RunPlan plan = await cluster.AskAsync(asked => asked.AskLongAsync(one => one.Planner.PlanAsync(run, goesOn: false), cancellation))
            .WaitAsync(cancellation);
        if (plan.Faults.Length > 0)
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                $"The cluster cannot run '{run.Name}' as it is: {plan.Faults.Length} fault{(plan.Faults.Length == 1 ? "" : "s")}. Nothing was started.",
                plan.Faults);
        }

        foreach (string line in isTold ? plan.Lines : [])
        {
            await context.Error.WriteLineAsync(line);
        }

        return plan;
    }

    /// <summary>Tells what became of an order, and follows the run where that is wanted.</summary>
    /// <exception cref="CommandFailure">The order was refused.</exception>
    public static async Task<CommandOutcome> TellAsync(
        CommandContext context, ClusterConnection cluster, RunAnswer answer, bool follow, CancellationToken cancellation)
    {
        RegisteredRun run = answer.Refusal is null ? answer.Run! : throw new CommandFailure(ExitCode.BadInput, answer.Refusal);
        string name = run.Configuration.Name;
        if (!answer.Begun)
        {
            await context.Error.WriteLineAsync(
                $"token '{run.Token}' is run '{name}', started {run.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC; no second one was started");
        }

        if (follow)
        {
            await context.Error.WriteLineAsync($"run {name}");
            return await new WatchSession(context, cluster).WatchAsync(run, cancellation);
        }

        return new CommandOutcome(
            ExitCode.Ok,
            new { Run = name, run.Status, run.Folder, run.Token, answer.Begun },
            console =>
            {
                ResultTable.Line(console, name); // alone on its line, for scripts
                context.Error.WriteLine(
                    $"The run goes on in the cluster. Watch it: actors watch {name} {cluster.Flag} · "
                    + $"how it stands: actors show {name} {cluster.Flag} · stop it: actors stop {name} {cluster.Flag}");
            });
    }
}
