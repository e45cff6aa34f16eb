using System.Runtime.CompilerServices;
using Actors.Client.Commands;
using Actors.Grains.Diagnostics;
using Actors.Learning.Devices;
using Actors.Learning.Native;
using SkiaSharp;
using TorchSharp;

namespace Actors.Client.Diagnosis;

/// <summary>Checks what a machine has for training.</summary>
internal static class MachineDiagnosis
{
    private const long EnoughBytes = 1L << 30;

    /// <param name="context">Surroundings of the process.</param>
    /// <param name="output">Folder of the runs; it need not exist.</param>
    public static IReadOnlyList<Finding> Run(CommandContext context, string output) =>
        [.. Native(context), Threads(), Disk(output), Fonts(), Terminal(context)];

    private static Finding[] Native(CommandContext context)
    {
        string other = context.Environment["ACTORS_LIBTORCH"] is string { Length: > 0 }
            ? "Name another PyTorch's torch/lib in ACTORS_LIBTORCH, or unset it."
            : "Restore the packages (dotnet restore), or set ACTORS_LIBTORCH to a PyTorch install's torch/lib.";
        try
        {
            return [LibTorch(other), Devices()];
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            string message = NativeFault.CauseOf(failure).Message;
            string? remedy = message.Contains("ACTORS_LIBTORCH", StringComparison.Ordinal) ? null : other;
            return [new Finding("libtorch", FindingLevel.Fail, $"It does not load: {message}", remedy)]; // which devices there are, only libtorch could say
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // a native library that does not load fails where its types are named first: after the try, not before
    private static Finding LibTorch(string other)
    {
        TorchLibrary.Load(); // before TorchSharp looks for it
        using torch.Tensor one = torch.ones(1), two = one.Plus(one); // [1]
        return two.item<float>() == 2
            ? new Finding("libtorch", FindingLevel.Ok, $"{TorchLibrary.Version} from {TorchLibrary.Folder ?? "TorchSharp's own folder"}.")
            : new Finding("libtorch", FindingLevel.Fail, $"{TorchLibrary.Version} computes 1 + 1 wrongly.", other);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Finding Devices()
    {
        string list = string.Join(" ", DeviceList.Present());
        return GpuAbsence.Here() is not { } absence
            ? new Finding("devices", FindingLevel.Ok, $"{list}.")
            : new Finding(
                "devices",
                absence.HasGpus ? FindingLevel.Warn : FindingLevel.Ok,
                $"{list}; no GPU: {absence.Why}.",
                absence.Remedy);
    }

    private static Finding Threads() => Environment.ProcessorCount >= 2
        ? new Finding("threads", FindingLevel.Ok, $"{Environment.ProcessorCount} processors.")
        : new Finding("threads", FindingLevel.Warn, "1 processor: data is decoded and trained on in turn.", "Set placement.threads_per_device to 1.");

    private static Finding Disk(string output)
    {
        string folder = Path.GetFullPath(output);
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        long free = new DriveInfo(folder).AvailableFreeSpace;
        string message = $"{free / (1 << 20)} MiB free in {folder}.";
        return free >= EnoughBytes
            ? new Finding("disk", FindingLevel.Ok, message)
            : new Finding(
                "disk", FindingLevel.Warn, message, "Checkpoints may not fit: free some, name another folder with --output, or lower checkpoint.keep.");
    }

    private static Finding Fonts()
    {
        int families = SKFontManager.Default.FontFamilyCount;
        return families > 0
            ? new Finding("fonts", FindingLevel.Ok, $"{families} font families.")
            : new Finding("fonts", FindingLevel.Warn, "None: pictures have no text.", "Install one: apt-get install fonts-dejavu-core");
    }

    private static Finding Terminal(CommandContext context) => context.IsErrorTerminal
        ? new Finding(
            "terminal",
            FindingLevel.Ok,
            $"Live display; {(context.Environment["NO_COLOR"] is string { Length: > 0 } ? "no colours (NO_COLOR)" : "colours")}.")
        : new Finding("terminal", FindingLevel.Ok, "None on stderr: progress comes as key=value lines.");
}
