using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Diagnostics;

/// <summary>Listens to one <c>nvidia-smi</c> that tells of the GPUs every few seconds; does nothing where there is no such program or no GPU.</summary>
internal sealed class NvidiaSmi(ActorsMeter meter, TimeProvider time) : BackgroundService
{
    private const int SecondsBetweenLines = 10;
    private static readonly TimeSpan BeforeAnother = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the silo's start does not wait for it
        try
        {
            while (await ListenAsync(stoppingToken))
            {
                meter.Gpus.Clear();
                await Task.Delay(BeforeAnother, time, stoppingToken); // it told of GPUs and ended: a driver that was reset, say
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    /// <summary>Listens until it ends. False where it told of no GPU.</summary>
    private async Task<bool> ListenAsync(CancellationToken stopping)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(
                "nvidia-smi", [$"--query-gpu={GpuReading.Query}", "--format=csv,noheader,nounits", $"--loop={SecondsBetweenLines}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return false; // not installed
        }

        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine(); // else a full pipe would hold it
        bool told = false;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(stopping) is { } line)
            {
                if (GpuReading.Parse(line) is { } reading)
                {
                    told = true;
                    meter.Gpus.Take(reading);
                }
            }
        }
        finally
        {
            process.Kill(); // no effect on one that has ended
        }

        return told;
    }
}
