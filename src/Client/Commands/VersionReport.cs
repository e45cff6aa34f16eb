using System.Reflection;
using System.Runtime.CompilerServices;
using Actors.Client.Diagnosis;
using Actors.Learning.Native;
using TorchSharp;

namespace Actors.Client.Commands;

/// <summary>Versions of the program and of what it stands on.</summary>
internal static class VersionReport
{
    public static IReadOnlyList<(string Name, string Version)> Lines() =>
    [
        ("actors", Of(typeof(VersionReport).Assembly)),
        (".net", Environment.Version.ToString()),
        ("orleans", Of(typeof(IGrain).Assembly)),
        ("torchsharp", Of(typeof(torch).Assembly)),
        .. Native(),
    ];

    private static (string Name, string Version)[] Native()
    {
        try
        {
            return Loaded();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException)
        {
            return [("libtorch", $"does not load: {NativeFault.CauseOf(failure).Message}"), ("cuda", "unknown")];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // libtorch that does not load fails where it is named first: after the try, not before
    private static (string Name, string Version)[] Loaded() =>
    [
        ("libtorch", $"{torch.__version__}{(TorchLibrary.Folder is { } folder ? $" ({folder})" : "")}"),
        ("cuda", torch.cuda_is_available() ? $"{torch.cuda.device_count()} devices" : "none"),
    ];

    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "?").Split('+')[0].Split(". ")[0];
}
