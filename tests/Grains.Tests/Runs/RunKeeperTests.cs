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

    private readonly FailingQuestion failure = new();

    [Fact]
    public async Task Stopping_AQuestionFailsAtThatMoment_RunsAreAskedToLeaveAllTheSame()
    {
        await using SiloFixture silo = Silo();
        string folder = await StartAsync(silo);
        using var bound = new CancellationTokenSource(Bound);

        failure.Next = 1;
        await failure.Asked.WaitAsync(bound.Token);
        Task stopping = Keeper(silo).StoppingAsync(bound.Token);
        failure.Fail();
        await stopping;

        AssertLeft(folder);
    }

    [Fact]
    public async Task Stopping_ListCannotBeReachedAtFirst_IsAskedAgain()
    {
        await using SiloFixture silo = Silo();
        string folder = await StartAsync(silo);
        using var bound = new CancellationTokenSource(Bound);

        failure.Next = 3; // one of them may be a look's
        failure.Fail();
        await Keeper(silo).StoppingAsync(bound.Token);

        AssertLeft(folder);
    }

    private SiloFixture Silo() => new() { Configure = builder => builder.AddOutgoingGrainCallFilter(failure).Services.AddRunKeeper() };

    private static RunKeeper Keeper(SiloFixture silo) => silo.Services.GetServices<IHostedService>().OfType<RunKeeper>().Single();

    private static async Task<string> StartAsync(SiloFixture silo)
    {
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration(epochs: 100_000) with { Name = "kept" };
        string folder = silo.NewFolder();
        await silo.Grains.GetGrain<IRunDirectoryGrain>(0).StartAsync(
            new RunRegistration { Configuration = configuration, Folder = folder, Token = "kept", Document = "" });
        await Waiting.ForAsync("the first step", async () => (await silo.Grains.GetGrain<IRunGrain>("kept").GetAsync()).Step > 0);
        return folder;
    }

    private static void AssertLeft(string folder)
    {
        RunEvent last = RunEventJson.Read(File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Last());
        Assert.StartsWith("A silo leaves the cluster", Assert.IsType<StatusEvent>(last).Message, StringComparison.Ordinal);
        Assert.False(RunLock.IsHeld(folder));
    }

    /// <summary>Fails questions to the list of runs before they are sent, when told to.</summary>
    private sealed class FailingQuestion : IOutgoingGrainCallFilter
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim failing = new();
        private int next;

        public Task Asked => asked.Task;

        /// <summary>How many of the next questions fail.</summary>
        public int Next
        {
            set => next = value;
        }

        public void Fail() => failing.Set();

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceName.Contains("run-directory", StringComparison.OrdinalIgnoreCase)
                || context.InterfaceName.Contains("RunDirectory", StringComparison.Ordinal))
            {
                if (Interlocked.Decrement(ref next) >= 0)
                {
                    asked.TrySetResult();
                    failing.Wait(Bound);
                    throw new InvalidOperationException("The silo is ending.");
                }
            }

            return context.Invoke();
        }
    }
}
