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

    /// <summary>Loads the libraries once; later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">No libtorch is where it was said to be; the message names the folder and the remedy.</exception>
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
        LoadCompilers(Path.Combine(Folder, "..", "..", "nvidia"));
        foreach (string name in LoadOrder)
        {
            string path = Path.Combine(Folder, name);
            if (File.Exists(path))
            {
                NativeLibrary.Load(path);
            }
        }

        nint handle = LoadShim(shim);
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
    }

    /// <summary>What cuDNN looks for by name while a program runs; Python's torch loads them first too.</summary>
    /// <param name="packages">Where pip puts CUDA's parts beside torch; nothing is done where it is not.</param>
    private static void LoadCompilers(string packages)
    {
        if (Directory.Exists(packages))
        {
            foreach (string path in Compilers.SelectMany(name => Directory.EnumerateFiles(packages, name, SearchOption.AllDirectories)))
            {
                NativeLibrary.TryLoad(path, out _);
            }
        }
    }

    private static string? Shim() =>
        new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native") }
            .Select(folder => Path.Combine(folder, "libLibTorchSharp.so"))
            .FirstOrDefault(File.Exists);

    private static string LibTorchFolder(string beside)
    {
        string? named = Environment.GetEnvironmentVariable("ACTORS_LIBTORCH");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(Path.Combine(named, "libtorch_cpu.so"))
                ? named
                : throw new DllNotFoundException(
                    $"ACTORS_LIBTORCH must name a folder with libtorch_cpu.so, but '{named}' has none. "
                    + "Set it to an installed PyTorch's torch/lib, or unset it.");
        }

        string?[] places = [beside, AppContext.BaseDirectory, AppContext.GetData("Actors.LibTorch") as string];
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
