using System.Globalization;

namespace Actors.Grains.Placement;

/// <summary>The memory that this process and its CPU devices use.</summary>
internal static class HostMemory
{
    // The kernel's own: containers of one machine have names of their own, and this in common.
    private const string Boot = "/proc/sys/kernel/random/boot_id";
    private const string Group = "/proc/self/cgroup";

    /// <summary>Name of this process's memory: the same for all that share it.</summary>
    public static string Name => NameOf(Read(Boot) ?? Environment.MachineName, Environment.MachineName, Read(Group) ?? "", Limit, MachineBytes("MemTotal"));

    /// <summary>Bytes that the machine has free, or the process's own limit where that is less.</summary>
    public static long FreeBytes => Math.Min(MachineBytes("MemAvailable"), Limit);

    private static long Limit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Name of a process's memory: its machine's, or where it has a limit of its own, its group's.</summary>
    /// <param name="machine">The machine, as all its containers see it.</param>
    /// <param name="container">The container.</param>
    /// <param name="group">The control group within that.</param>
    /// <param name="limit">Bytes that the process may use.</param>
    /// <param name="total">Bytes that the machine has.</param>
    public static string NameOf(string machine, string container, string group, long limit, long total) =>
        limit < total ? $"{machine} {container} {group}" : machine;

    private static long MachineBytes(string key)
    {
        string line = File.ReadLines("/proc/meminfo").First(text => text.StartsWith($"{key}:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // not every sandbox tells
        }
    }
}
