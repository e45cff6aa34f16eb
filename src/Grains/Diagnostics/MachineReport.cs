using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Actors.Learning.Native;
using TorchSharp;

namespace Actors.Grains.Diagnostics;

/// <summary>What a process computes with: versions of the program and of what it stands on, and the machine.</summary>
[GenerateSerializer, Immutable, Alias("Actors.MachineReport")]
public sealed record MachineReport
{
    // Linux tells of these in lines of "key : value"; elsewhere they are not there.
    private const string Processors = "/proc/cpuinfo";
    private const string NvidiaDriver = "/proc/driver/nvidia/version";
    private const string NvidiaGpus = "/proc/driver/nvidia/gpus";

    [Id(0)] public required string Actors { get; init; }

    /// <summary>.NET.</summary>
    [Id(1)] public required string Net { get; init; }

    [Id(2)] public required string Orleans { get; init; }

    [Id(3), JsonPropertyName("torchsharp")] public required string TorchSharp { get; init; }

    /// <summary>Version, and the folder where it is not TorchSharp's own; or why it does not load.</summary>
    [Id(4), JsonPropertyName("libtorch")] public required string LibTorch { get; init; }

    /// <summary>How many devices libtorch sees.</summary>
    [Id(5)] public required string Cuda { get; init; }

    /// <summary>The driver of the GPUs.</summary>
    [Id(6)] public required string Driver { get; init; }

    /// <summary>System and architecture.</summary>
    [Id(7)] public required string Os { get; init; }

    /// <summary>Model of the processor.</summary>
    [Id(8)] public required string Processor { get; init; }

    /// <summary>Model of each GPU.</summary>
    [Id(9)] public required ImmutableArray<string> Gpus { get; init; }

    /// <summary>Of this process.</summary>
    public static MachineReport Here()
    {
        (string libtorch, string cuda) = Native();
        return new MachineReport
        {
            Actors = ActorsVersion.Here,
            Net = Environment.Version.ToString(),
            Orleans = Of(typeof(IGrain).Assembly),
            TorchSharp = Of(typeof(torch).Assembly),
            LibTorch = libtorch,
            Cuda = cuda,
            Driver = Values(NvidiaDriver, "NVRM version").FirstOrDefault() ?? "none",
            Os = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
            Processor = Values(Processors, "model name").FirstOrDefault() ?? "unknown",
            Gpus = Directory.Exists(NvidiaGpus)
                ? [.. Directory.GetFiles(NvidiaGpus, "information", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    .SelectMany(file => Values(file, "Model"))]
                : [],
        };
    }

    private static (string LibTorch, string Cuda) Native()
    {
        try
        {
            return Loaded();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException)
        {
            return ($"does not load: {NativeFault.CauseOf(failure).Message}", "unknown");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // libtorch that does not load fails where it is named first: after the try, not before
    private static (string LibTorch, string Cuda) Loaded()
    {
        TorchLibrary.Load(); // first: compiled ahead, TorchSharp would be reached before Learning, and look for libtorch itself
        return (
            $"{TorchLibrary.Version}{(TorchLibrary.Folder is { } folder ? $" ({folder})" : "")}",
            torch.cuda_is_available() ? $"{torch.cuda.device_count()} devices" : "none");
    }

    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "?")
            .Split('+')[0].Split(". ")[0];

    private static IEnumerable<string> Values(string file, string key) => File.Exists(file)
        ? File.ReadLines(file).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2 && parts[0].Trim() == key).Select(parts => parts[1].Trim())
        : [];
}
