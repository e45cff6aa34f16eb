using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Actors.Cluster.Tests;

/// <summary>A process that a test started: what it says, signals to it, its end. Killed when disposed.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(90);
    private readonly StringBuilder said = new();
    private readonly Process process;

    /// <summary>Starts a program.</summary>
    /// <param name="program">On PATH, or a path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What its environment has besides this process's.</param>
    public ChildProcess(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // most live for seconds: an eighth less to start
        Array.ForEach(environment, variable => start.Environment[variable.Name] = variable.Value);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything on its stdout and stderr so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>A program that the build put beside this test.</summary>
    public static string Built(string name) => Path.Combine(AppContext.BaseDirectory, name);

    /// <summary>Sends a signal by name, as <c>KILL</c>.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Most);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Most.TotalSeconds} s for {process.StartInfo.FileName} to end. It said:\n{Said}");
        }

        return process.ExitCode;
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (said)
        {
            said.AppendLine(line);
        }
    }
}
