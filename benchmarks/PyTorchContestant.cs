using System.Diagnostics;
using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>The same step in PyTorch, in a process of its own that takes orders on its standard input.</summary>
internal sealed class PyTorchContestant : IContestant
{
    private readonly Process process;

    /// <summary>Starts the twin.</summary>
    /// <param name="python">An interpreter that has torch.</param>
    /// <param name="script">Path of pytorch_step.py.</param>
    /// <param name="threads">Torch threads.</param>
    /// <param name="device">Where it computes, and where its data lie, as torch names it.</param>
    /// <param name="encoder"><c>convnet</c> or <c>resnet18</c>.</param>
    public PyTorchContestant(string python, string script, int threads, string device, string encoder)
    {
        process = Process.Start(new ProcessStartInfo(python, [script, threads.ToString(CultureInfo.InvariantCulture), device, encoder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture) },
        })!;
        Name = $"PyTorch {Read()}";
    }

    public string Name { get; }

    public double Run(int steps)
    {
        process.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
        process.StandardInput.Flush();
        return double.Parse(Read(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Read() =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The PyTorch twin ended early; its error is above.");
}
