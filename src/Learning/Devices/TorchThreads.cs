using TorchSharp;

namespace Actors.Learning.Devices;

/// <summary>How many threads torch may use for what this thread asks of it.</summary>
public static class TorchThreads
{
    /// <summary>Sets the count for this thread, for good. Another count gives other bits.</summary>
    /// <param name="count">≥ 1.</param>
    /// <remarks>
    /// A thread's first operation takes over the count that any thread set last; a count set before that is lost. So torch is asked something first.
    /// </remarks>
    public static void Use(int count)
    {
        torch.get_num_threads();
        torch.set_num_threads(count);
    }
}
