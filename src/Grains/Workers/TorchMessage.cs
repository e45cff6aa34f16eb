namespace Actors.Grains.Workers;

/// <summary>What a failure says to a person.</summary>
internal static class TorchMessage
{
    // What libtorch adds of its C++ code.
    private static readonly string[] Stacks = ["\nException raised from ", "\nframe #", " at c10::"];

    /// <summary>Its message without libtorch's C++ stack, and what to do where a GPU's memory ran out.</summary>
    public static string Of(Exception failure)
    {
        string message = failure.Message.Split(Stacks, 2, StringSplitOptions.None)[0].TrimEnd();
        return message.Contains("CUDA out of memory", StringComparison.Ordinal)
            ? $"{message} Lower training.batch_size or training.evaluation_batch_size, or give the run another GPU."
            : message;
    }
}
