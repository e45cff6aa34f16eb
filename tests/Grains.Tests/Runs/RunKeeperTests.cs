using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Tests.Runs;

public sealed class RunKeeperTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Stopping_AQuestionFailsAtThatMoment_RunsAreAskedToLeaveAllTheSame()
    {
        var failure = new FailingQuestion();
        await using var silo = new SiloFixture { Configure = builder => builder.AddOutgoingGrainCallFilter(failure).Services.AddRunKeeper() };
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration(epochs: 100_000) with { Name = "kept" };
        string folder = silo.NewFolder();
        await silo.Grains.GetGrain<IRunDirectoryGrain>(0).StartAsync(
            new RunRegistration { Configuration = configuration, Folder = folder, Token = "kept", Document = "" });
        using var bound = new CancellationTokenSource(Bound);
        await Waiting.ForAsync("the first step", async () => (await silo.Grains.GetGrain<IRunGrain>("kept").GetAsync()).Step > 0);

        failure.IsNext = true;
        await failure.Asked.WaitAsync(bound.Token);
        Task stopping = silo.Services.GetServices<IHostedService>().OfType<RunKeeper>().Single().StoppingAsync(bound.Token);
        failure.Fail();
        await stopping;

        RunEvent last = RunEventJson.Read(File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Last());
        Assert.StartsWith("A silo leaves the cluster", Assert.IsType<StatusEvent>(last).Message, StringComparison.Ordinal);
        Assert.False(RunLock.IsHeld(folder));
    }

    /// <summary>Fails a question to the list of runs before it is sent, when told to.</summary>
    private sealed class FailingQuestion : IOutgoingGrainCallFilter
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim failing = new();
        private int next;

        public Task Asked => asked.Task;

        public bool IsNext
        {
            set => next = value ? 1 : 0;
        }

        public void Fail() => failing.Set();

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceName.Contains("run-directory", StringComparison.OrdinalIgnoreCase)
                || context.InterfaceName.Contains("RunDirectory", StringComparison.Ordinal))
            {
                if (Interlocked.Exchange(ref next, 0) == 1)
                {
                    asked.SetResult();
                    failing.Wait(Bound);
                    throw new InvalidOperationException("The silo is ending.");
                }
            }

            return context.Invoke();
        }
    }
}
