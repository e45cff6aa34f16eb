using Actors.Client.Tests.Commands;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Cluster;

public sealed class StopCommandTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Stop_SomebodyForgetsTheRunMeanwhile_EndsAndSaysSo()
    {
        await cluster.StartAsync(cluster.Long, "shared");
        var forgetting = new Terminal
        {
            ErrorWriter = new ActingWriter("waiting until it has ended", async () =>
            {
                await cluster.WaitAsync("shared", "stopped", run => run.Status == RunStatus.Stopped);
                Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "forget", "shared"));
            }),
        };

        ExitCode code = await cluster.RunAsync(forgetting, "stop", "shared", "--now")
            .WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("Run 'shared' is not in the cluster any more", forgetting.Error, StringComparison.Ordinal);
        Assert.Contains($"Its files are in {Path.Combine(cluster.Root, "shared")}.", forgetting.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ListDoesNotHearOfTheEnd_IsToldByTheRun()
    {
        await cluster.StartAsync(cluster.Long, ClusterFixture.Unheard);
        var terminal = new Terminal();

        ExitCode code = await cluster.RunAsync(terminal, "stop", ClusterFixture.Unheard)
            .WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains($"{ClusterFixture.Unheard}: stopped after step ", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Starting, (await cluster.RunAsync(ClusterFixture.Unheard)).Status);
    }

    /// <summary>Has something done before it takes the line that holds a text.</summary>
    private sealed class ActingWriter(string text, Func<Task> act) : StringWriter
    {
        public override async Task WriteLineAsync(string? value)
        {
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                await act();
            }

            await base.WriteLineAsync(value);
        }
    }
}
