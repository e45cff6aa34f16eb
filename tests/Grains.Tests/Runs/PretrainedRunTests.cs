using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Encoders;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace Actors.Grains.Tests.Runs;

/// <summary>Runs whose encoder begins with a file of weights that each host reads for itself.</summary>
public sealed class PretrainedRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-weights-").FullName;

    private int versions;

    private string File => Path.Combine(folder, "weights.safetensors");

    [Fact]
    public async Task Prepare_AnotherFileOnTheHostOfTheSecondShard_IsRefusedNamingIt()
    {
        await using var silo = new SiloFixture { Configure = ReplacedAfterTheFirst("encoder", nameof(IEncoderGrain.PrepareAsync)) };
        await silo.InitializeAsync();
        RunConfiguration run = Configuration(shards: 2);
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "apart", 1, run);
        RunPlan plan = await silo.PlanAsync(run);
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() => workers.PrepareAsync(plan));
        await workers.ReleaseAsync();
        Assert.StartsWith("modalities.m0.weights must be the same file on all silos", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"of '{File}' there are 2 versions", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_AnotherFileOnTheSecondSilo_IsAFaultNamingFileAndSilos()
    {
        await using var silos = new TwoSilosFixture { Configure = ReplacedAfterTheFirst("silo", nameof(ISiloGrain.CheckAsync)) };
        await silos.InitializeAsync();
        IPlannerGrain planner = silos.First.GetRequiredService<IGrainFactory>().GetGrain<IPlannerGrain>(0);
        string fault = Assert.Single((await planner.PlanAsync(Configuration(shards: 1), goesOn: false)).Faults);
        Assert.StartsWith("modalities.m0.weights must be the same file on all silos", fault, StringComparison.Ordinal);
        Assert.Contains(File, fault, StringComparison.Ordinal);
        Assert.Contains($"on {silos.SecondAddress.Endpoint}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileGoneSinceTheCheckpoint_ResumesBitForBitAndIsEvaluated()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        WriteWeights();
        RunConfiguration run = Configuration(shards: 1);
        string straight = silo.NewFolder(), stopped = silo.NewFolder();
        long steps = (await silo.RunAsync(run, straight)).OfType<StepEvent>().Last().Step;
        await silo.RunAsync(run, stopped, false, (grain, told) => told is EvaluationEvent ? grain.StopAsync(false) : Task.CompletedTask);
        System.IO.File.Delete(File);
        OracleTests.AssertCompleted(await silo.RunAsync(run, stopped, resume: true));
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(stopped, steps, withOptimizer: true));
        var order = new RunOrder { Configuration = run, Folder = stopped, Resume = true };
        Assert.InRange((await silo.Grains.GetGrain<IRunGrain>(stopped).EvaluateAsync(order)).SampleCount, 1, int.MaxValue);

        IReadOnlyList<RunEvent> anew = await silo.RunAsync(run, silo.NewFolder(), resume: true); // there is no checkpoint
        StatusEvent last = Assert.IsType<StatusEvent>(anew[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.Contains(File, last.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private RunConfiguration Configuration(int shards)
    {
        RunConfiguration run = TestRun.Configuration(1, "unimodal", shards, batch: 8);
        return run with { Modalities = [run.Modalities[0] with { Weights = File }] };
    }

    private void WriteWeights()
    {
        using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = "convnet", Width = 4, Features = 8 }, [1, 8, 8]);
        Dictionary<string, torch.Tensor> tensors = encoder.named_parameters().ToDictionary(p => p.name, p => (torch.Tensor)p.parameter);
        Safetensors.Write(File, tensors, new Dictionary<string, string> { ["version"] = $"{++versions}" }); // what is drawn can be the same
    }

    private Action<ISiloBuilder> ReplacedAfterTheFirst(string grain, string method)
    {
        WriteWeights();
        var hosts = new HostsOfTheirOwn(grain, method, WriteWeights);
        return silo => silo.AddIncomingGrainCallFilter(hosts);
    }

    /// <summary>The silos of a test share its disk: what a method does the first time is done before the file is another's, all else after.</summary>
    private sealed class HostsOfTheirOwn(string grain, string method, Action replace) : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int calls;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName != method || context.TargetId.Type.ToString() != grain)
            {
                await context.Invoke();
                return;
            }

            bool isFirst = Interlocked.Increment(ref calls) == 1;
            await (isFirst ? Task.CompletedTask : replaced.Task);
            await context.Invoke();
            if (isFirst)
            {
                replace();
                replaced.SetResult();
            }
        }
    }
}
