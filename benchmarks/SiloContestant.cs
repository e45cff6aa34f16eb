using System.Diagnostics;
using System.Globalization;
using Actors.Contracts.Events;

namespace Actors.Benchmarks;

/// <summary>A run on a silo of its own, with whoever looks at it; both stand still while others have their turn.</summary>
internal sealed class SiloContestant : IContestant
{
    private const int EventsToSettle = 2; // the step that was stopped half-way, and one more
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    private readonly Process silo;
    private readonly Onlookers onlookers;
    private readonly string metrics;

    /// <summary>Starts silo, run and onlookers.</summary>
    /// <param name="name">Name in the table.</param>
    /// <param name="programs">Folder with <c>Actors.Silo</c> and <c>actors</c>.</param>
    /// <param name="configuration">Path of the run's YAML.</param>
    /// <param name="folder">Where runs go.</param>
    /// <param name="ports">Silo, gateway, HTTP: all free.</param>
    /// <param name="onlookers">Who looks.</param>
    public SiloContestant(string name, string programs, string configuration, string folder, int[] ports, Onlookers onlookers)
    {
        (Name, this.onlookers) = (name, onlookers);
        string run = $"run{ports[0]}";
        metrics = Path.Combine(folder, run, "metrics.jsonl");
        string gateway = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[1]}");
        var start = new ProcessStartInfo(
            Path.Combine(programs, "Actors.Silo"),
            ["--silo-port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--http-port", $"{ports[2]}", "--devices", "cpu:0", "--threads-per-device", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        onlookers.Configure(start);
        silo = Process.Start(start)!;
        silo.ErrorDataReceived += (_, _) => { };
        silo.BeginErrorReadLine();
        while (silo.StandardOutput.ReadLine() is { } line && !line.Contains("is ready", StringComparison.Ordinal))
        {
        }

        using (Process console = Process.Start(
            Path.Combine(programs, "actors"),
            ["start", configuration, "--name", run, "--output", folder, "--cluster", gateway,
             "--set", "training.epochs=100000", "--set", "training.batch_size=32", "--set", "training.log_every_steps=10",
             "--set", "training.evaluate_every_epochs=100000", "--set", "checkpoint.every_epochs=100000", "--set", "placement.devices=[cpu:0]"]))
        {
            console.WaitForExit();
        }

        Events(EventsToSettle);
        onlookers.Begin(Path.Combine(programs, "actors"), run, gateway, ports[2]);
        Signal("STOP");
    }

    public string Name { get; }

    public double Run(int steps)
    {
        Signal("CONT");
        StepEvent[] told = Events(EventsToSettle + (steps / 10));
        Signal("STOP");
        StepEvent first = told[EventsToSettle - 1], last = told[^1];
        return (last.Time - first.Time).TotalMilliseconds / (last.Step - first.Step);
    }

    public void Dispose()
    {
        silo.Kill(); // also ends one that is stopped
        silo.WaitForExit();
        silo.Dispose();
        onlookers.Dispose();
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, silo.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The next steps that the run tells.</summary>
    private StepEvent[] Events(int count)
    {
        var told = new List<StepEvent>();
        var watch = Stopwatch.StartNew();
        while (!File.Exists(metrics))
        {
            Pause(watch);
        }

        using var reader = new StreamReader(new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        reader.BaseStream.Seek(0, SeekOrigin.End);
        string line = "";
        while (told.Count < count)
        {
            line += reader.ReadToEnd();
            while (line.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                if (RunEventJson.Read(line[..end]) is StepEvent step)
                {
                    told.Add(step);
                }

                line = line[(end + 1)..];
            }

            Pause(watch);
        }

        return [.. told];
    }

    private static void Pause(Stopwatch watch)
    {
        Thread.Sleep(20);
        if (watch.Elapsed > Most)
        {
            throw new TimeoutException($"The run told too few steps in {Most}.");
        }
    }
}
