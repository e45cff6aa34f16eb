using System.Diagnostics;
using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>Time from the start of the console's process to its first training step, embedded silo and dataset included.</summary>
internal static class StartBenchmark
{
    private const int Rounds = 5;

    /// <summary>Starts the console several times.</summary>
    /// <param name="output">Receives the median.</param>
    /// <param name="console">Path of the built <c>actors</c>.</param>
    /// <param name="configuration">Path of the run's YAML.</param>
    public static void Measure(TextWriter output, string console, string configuration)
    {
        string folder = Directory.CreateTempSubdirectory("actors-start-").FullName;
        var seconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            string name = $"start{round}";
            var watch = Stopwatch.StartNew();
            using Process process = Process.Start(new ProcessStartInfo(
                console, ["train", configuration, "--output", folder, "--name", name, "--set", "training.log_every_steps=1"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            while (process.StandardError.ReadLine() is { } line)
            {
                if (line.StartsWith("step=", StringComparison.Ordinal))
                {
                    break;
                }
            }

            seconds[round] = watch.Elapsed.TotalSeconds;
            process.Kill();
            process.WaitForExit();
        }

        Directory.Delete(folder, recursive: true);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Process start to first step: median {seconds.Order().ElementAt(Rounds / 2):F2} s of {Rounds} ({seconds.Min():F2} to {seconds.Max():F2})."));
    }
}
