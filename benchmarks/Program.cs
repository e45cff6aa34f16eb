using Actors.Benchmarks;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using TorchSharp;

// Usage: dotnet run -c Release --project benchmarks -- step|memory|start|transfer|transfer-large|silos|onlookers|federated [--python /usr/bin/python3]
// [--device cuda:0] [--encoder resnet18] [--console PATH]. Figures of one run are compared with each other alone.
string what = args.FirstOrDefault() ?? "step";
if (what == TwoSilos.OtherSilo)
{
    torch.set_num_threads(1);
    TwoSilos.Serve(args[1], args[2], args[3]);
    return;
}

if (what is "transfer" or "transfer-large")
{
    await (what == "transfer" ? TransferBenchmark.MeasureAsync(Console.Out) : TransferBenchmark.MeasureLargeAsync(Console.Out));
    return;
}

string python = Argument("--python") ?? "python3";
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Actors.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException($"Actors.sln must lie above {AppContext.BaseDirectory}.");
}

torch.set_num_threads(1);
if (what == "federated")
{
    FederatedBenchmark.Measure(Console.Out, shards: 10);
    FederatedBenchmark.Measure(Console.Out, shards: 1000);
    return;
}

string[] devices = Argument("--device") is { } named ? [named] : ["cpu:0", "cpu:1"];
bool isResNet18 = Argument("--encoder") == "resnet18";
RunConfiguration Of(string method, params string[] places) => isResNet18
    ? BenchmarkRun.ResNet18(method, places)
    : BenchmarkRun.Configuration(Path.Combine(root, "datasets/av-digits"), method, places);
RunConfiguration mlb = Of("mlb", devices[0]);
Console.WriteLine($"{Environment.ProcessorCount} cores, one torch thread each, {devices[0]}, batch {mlb.Training.BatchSize}, "
    + (isResNet18 ? "resnet18, twice 1x224x224" : "convnet, audio 1x64x32 and image 1x28x28"));
Console.WriteLine();
if (what == "memory")
{
    using var actors = new ActorContestant("actors", mlb);
    MemoryBenchmark.Measure(Console.Out, actors);
    return;
}

if (what == "start")
{
    // The one beside this program is not compiled ahead; a published one may be told.
    string console = Argument("--console") ?? Path.Combine(root, "artifacts/bin/Actors.Client/release_linux-x64/actors");
    StartBenchmark.Measure(Console.Out, console, Path.Combine(root, "examples/av-digits.yaml"));
    return;
}

if (what == "onlookers")
{
    string folder = Directory.CreateTempSubdirectory("actors-onlookers-").FullName;
    IContestant Look(string name, int port, bool? slow) =>
        new SiloContestant(
            name, AppContext.BaseDirectory, Path.Combine(root, "examples/av-digits.yaml"), folder, [port, port + 1, port + 2], new Onlookers(slow));
    using (IContestant nobody = Look("nobody looks", 24001, null),
        slow = Look("Prometheus reads a byte at a time, collector never answers, console is stopped", 24011, true),
        dead = Look("Prometheus breaks off, collector refuses, console was killed", 24021, false))
    {
        RatioTable.Measure(Console.Out, rounds: 120, stepsPerRound: 20, [nobody, slow, dead]);
    }

    Directory.Delete(folder, recursive: true);
    return;
}

if (what == "silos")
{
    SilosBenchmark.Measure(Console.Out, mlb);
    return;
}

DeviceName device = LearningOptions.Device(devices[0]);
using IDataset data = Datasets.Open(LearningOptions.Dataset(mlb.Data));
using IContestant bare = new BareContestant("Learning alone, mlb", data, LearningOptions.Training(mlb), device);
using IContestant multiLoss = new BareContestant("Learning alone, multi-loss", data, LearningOptions.Training(Of("multi-loss", devices[0])), device);
using IContestant oneLane = new ActorContestant("actors, mlb, one lane", mlb);
using IContestant? twoLanes = devices.Length > 1 ? new ActorContestant("actors, mlb, two lanes", Of("mlb", devices)) : null;
using IContestant twin = new PyTorchContestant(
    python, Path.Combine(root, "benchmarks/pytorch_step.py"), 1, device.Kind == DeviceType.CPU ? "cpu" : devices[0], isResNet18 ? "resnet18" : "convnet");
IContestant[] all = [.. new[] { bare, multiLoss, oneLane, twoLanes, twin }.OfType<IContestant>()];
RatioTable.Measure(Console.Out, rounds: isResNet18 ? 20 : 200, stepsPerRound: 10, all);

string? Argument(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 ? args[at + 1] : null;
}
