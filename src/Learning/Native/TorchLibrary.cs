using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TorchSharp;

namespace Actors.Learning.Native;

/// <summary>Loads libtorch and TorchSharp's native part before TorchSharp looks for them itself.</summary>
/// <remarks>
/// libtorch comes from the folder in <c>ACTORS_LIBTORCH</c> (a PyTorch install's <c>torch/lib</c>), else from the package folder the
/// build recorded, else from beside the program. docs/design.md, "Native libraries", says why TorchSharp cannot be left to it.
/// </remarks>
public static class TorchLibrary
{
    // Each one's own dependencies are then satisfied by name from what is loaded already.
    private static readonly string[] LoadOrder = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    private static readonly string[] Compilers = ["libnvJitLink.so.*", "libnvrtc.so.*"];

    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>Folder libtorch was loaded from; null until <see cref="Load"/>, or where TorchSharp found its own.</summary>
    public static string? Folder { get; private set; }

    /// <summary>Version of the loaded libtorch, <c>2.11.0+cu130</c>; where nothing tells it, what TorchSharp was built for.</summary>
    public static string Version { get; private set; } = $"of an unknown version (TorchSharp was built for {TorchVersion.BuiltFor})";

    /// <summary>True where <c>ACTORS_LIBTORCH</c> says where libtorch is.</summary>
    public static bool IsNamed => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORS_LIBTORCH"));

    private static string? Recorded => AppContext.GetData("Actors.LibTorch") as string;

    /// <summary>Loads the libraries once; later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">
    /// No libtorch is where it was said to be, it is of a version that TorchSharp was not run with, or it does not load; the message
    /// names the folder and the remedy.
    /// </exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (loaded)
            {
                return;
            }

            loaded = true;
            if (OperatingSystem.IsLinux())
            {
                LoadOnLinux();
            }
        }
    }

#pragma warning disable CA2255 // every program and test that uses Learning needs this first
    [ModuleInitializer]
    internal static void Initialize() => Load();
#pragma warning restore CA2255

    [SupportedOSPlatform("linux")]
    private static void LoadOnLinux()
    {
        string? shim = Shim();
        if (shim is null)
        {
            return; // TorchSharp's own message then names what it misses
        }

        Folder = LibTorchFolder(Path.GetDirectoryName(shim)!);
        // Beside a published program lies what the build recorded.
        Version = TorchVersion.Of(Folder) ?? (!IsNamed && Recorded is { } recorded ? TorchVersion.Of(recorded) : null) ?? Version;
        LoadCompilers(Folder);
        nint handle;
        try
        {
            foreach (string path in LoadOrder.Select(name => Path.Combine(Folder, name)).Where(File.Exists))
            {
                NativeLibrary.Load(path);
            }

            handle = LoadShim(shim);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            string what = $"libtorch {Version} in {Folder}";
            string why = failure.Message.TrimEnd().Split('\n')[^1]; // the loader's own words stand behind .NET's advice
            throw new DllNotFoundException(
                (IsNamed ? $"ACTORS_LIBTORCH names {what}, which does not load: " : $"{what} does not load: ")
                + $"{why.TrimEnd('.')}. TorchSharp 0.107 wants {TorchVersion.Known}.",
                failure);
        }

        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
    }

    /// <summary>What cuDNN looks for by name while a program runs; Python's torch loads them first too.</summary>
    /// <param name="folder">torch/lib as pip has it, with CUDA's parts in nvidia/*/lib beside torch; nothing is done in another.</param>
    private static void LoadCompilers(string folder)
    {
        var packages = new DirectoryInfo(Path.Combine(folder, "..", "..", "nvidia"));
        if (!TorchVersion.IsOfPython(folder) || !packages.Exists)
        {
            return;
        }

        var near = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true };
        foreach (FileInfo file in Compilers.SelectMany(name => packages.EnumerateFiles(name, near)))
        {
            NativeLibrary.TryLoad(file.FullName, out _);
        }
    }

    private static string? Shim() =>
        new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native") }
            .Select(folder => Path.Combine(folder, "libLibTorchSharp.so"))
            .FirstOrDefault(File.Exists);

    private static string LibTorchFolder(string beside)
    {
        if (IsNamed)
        {
            string named = Environment.GetEnvironmentVariable("ACTORS_LIBTORCH")!;
            if (!File.Exists(Path.Combine(named, "libtorch_cpu.so")))
            {
                throw new DllNotFoundException(
                    $"ACTORS_LIBTORCH must name a folder with libtorch_cpu.so, but '{named}' has none. "
                    + "Set it to an installed PyTorch's torch/lib, or unset it.");
            }

            // Another version may load, and end the process at the first call that it lacks.
            string? version = TorchVersion.Of(named);
            return TorchVersion.IsKnown(version)
                ? named
                : throw new DllNotFoundException(
                    $"ACTORS_LIBTORCH must name a libtorch {TorchVersion.Known}, which TorchSharp 0.107 works with, "
                    + $"but '{named}' has {version}. Set it to the torch/lib of such a PyTorch, or unset it.");
        }

        string?[] places = [beside, AppContext.BaseDirectory, Recorded];
        return places.FirstOrDefault(place => place is not null && File.Exists(Path.Combine(place, "libtorch_cpu.so")))
            ?? throw new DllNotFoundException(
                $"libtorch_cpu.so is in none of {string.Join(", ", places.Where(place => place is not null))}. "
                + "Restore the packages (dotnet restore), or set ACTORS_LIBTORCH to a PyTorch install's torch/lib.");
    }

    [SupportedOSPlatform("linux")]
    private static nint LoadShim(string shim)
    {
        try
        {
            return NativeLibrary.Load(shim);
        }
        catch (DllNotFoundException failure) when (failure.Message.Contains(ShimRebinding.MissingVersion, StringComparison.Ordinal))
        {
            return NativeLibrary.Load(ShimRebinding.ReboundCopy(shim));
        }
    }
}
