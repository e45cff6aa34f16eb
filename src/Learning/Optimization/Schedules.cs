namespace Actors.Learning.Optimization;

/// <summary>The learning-rate schedules, by name.</summary>
public static class Schedules
{
    private static readonly Dictionary<string, Func<ScheduleOptions, long, ISchedule>> Known = new()
    {
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
