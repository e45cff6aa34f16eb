using System.Globalization;
using System.Runtime.InteropServices;

namespace Actors.Grains.Faults;

/// <summary>Where a test strikes the silo that comes by: kills it, or makes it hang. Off unless the environment names a folder of orders.</summary>
/// <remarks>An order is a file named as the point, in lower case, that holds <c>STEP SIGNAL</c>: the first silo to pass the point at that step or a later one
/// renames it to
/// <c>POINT.PID</c> and sends itself the signal (9 kills, 19 stops).</remarks>
internal sealed partial class FaultPoints
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "ACTORS_FAULTS";

    private readonly string? folder = Environment.GetEnvironmentVariable(Variable);

    /// <summary>Comes by a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="step">The step.</param>
    public void Pass(FaultPoint point, long step)
    {
        if (folder is not null)
        {
            Look(Path.Combine(folder, $"{point}".ToLowerInvariant()), step);
        }
    }

    private static void Look(string order, long step)
    {
        try
        {
            string[] parts = File.Exists(order) ? File.ReadAllText(order).Split(' ') : [];
            if (parts.Length == 2 && step >= long.Parse(parts[0], CultureInfo.InvariantCulture))
            {
                File.Move(order, string.Create(CultureInfo.InvariantCulture, $"{order}.{Environment.ProcessId}"));
                _ = Kill(Environment.ProcessId, int.Parse(parts[1], CultureInfo.InvariantCulture));
            }
        }
        catch (FileNotFoundException)
        {
            // Another silo came by first.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
