namespace Actors.Learning.Optimization;

/// <summary>The learning-rate schedules, by name.</summary>
public static class Schedules
{
    /// <summary>The full rate throughout.</summary>
    public const string Constant = "constant";

    /// <summary>Times γ every so many steps.</summary>
    public const string Step = "step";

    /// <summary>Half a cosine from the full rate to the least, over the whole run.</summary>
    public const string Cosine = "cosine";

    /// <summary>Half cosines of growing length, each from the full rate anew.</summary>
    public const string CosineRestarts = "cosine-restarts";

    private static readonly Dictionary<string, Func<ScheduleOptions, long, ISchedule>> Known = new()
    {
        [Constant] = (options, _) => new WarmupSchedule(options, new ConstantSchedule()),
        [Step] = (options, _) => new WarmupSchedule(options, new StepSchedule(options)),
        [Cosine] = (options, total) => new WarmupSchedule(options, new CosineSchedule(options, total)),
        [CosineRestarts] = (options, _) => new WarmupSchedule(options, new CosineRestartsSchedule(options)),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the schedule of that name.</summary>
    /// <param name="options">Name and settings.</param>
    /// <param name="totalSteps">Steps of the whole run; where <c>cosine</c> ends.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ISchedule Create(ScheduleOptions options, long totalSteps) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, totalSteps)
            : throw new ArgumentException($"Schedule '{options.Name}' is not known. Known schedules: {string.Join(", ", Names)}.");
}
