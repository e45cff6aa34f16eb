using System.Diagnostics;

namespace Actors.Tests;

/// <summary>Waits for conditions.</summary>
internal static class Waiting
{
    /// <summary>Waits until a condition holds; fails saying what was waited for.</summary>
    /// <param name="what">What should come about.</param>
    /// <param name="reached">Asked again and again.</param>
    /// <param name="seconds">The bound.</param>
    /// <param name="instead">What is the case instead, for the failure.</param>
    public static async Task ForAsync(string what, Func<Task<bool>> reached, int seconds = 90, Func<string>? instead = null)
    {
        var since = Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.True(since.Elapsed.TotalSeconds < seconds, $"Waited {seconds} s for {what}. {instead?.Invoke()}");
            await Task.Delay(25, TestContext.Current.CancellationToken); // between looks
        }
    }

    public static Task ForAsync(string what, Func<bool> reached, int seconds = 90, Func<string>? instead = null) =>
        ForAsync(what, () => Task.FromResult(reached()), seconds, instead);
}
