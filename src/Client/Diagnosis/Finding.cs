namespace Actors.Client.Diagnosis;

/// <summary>One thing a machine has or lacks.</summary>
/// <param name="Subject">One word: libtorch, devices, …</param>
/// <param name="Level">How it is.</param>
/// <param name="Message">What was found.</param>
/// <param name="Remedy">What to do; null where nothing needs doing.</param>
internal sealed record Finding(string Subject, FindingLevel Level, string Message, string? Remedy = null);
