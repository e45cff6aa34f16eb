using System.Diagnostics;
using System.Globalization;
using Actors.Grains.Tensors;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Actors.Benchmarks;

/// <summary>Tensors from a silo to another over loopback TCP, against the same bytes over a bare socket; and small calls meanwhile.</summary>
internal static class TransferBenchmark
{
    private const int Bytes = 44_000_000;
    private const int Rounds = 41;
    private const int WarmUp = 40; // rounds until all is compiled for good; fewer measure the compiler
    private const int Pings = 3000;

    /// <summary>Writes the table.</summary>
    public static async Task MeasureAsync(TextWriter output)
    {
        using var silos = new TwoSilos();
        ITransferGrain receiver = await OnOtherAsync(silos, "receiver"), beside = await OnOtherAsync(silos, "beside");
        using var socket = new RawSocket(await receiver.ListenAsync(Bytes));
        using Tensor sent = ones(Bytes / sizeof(float));
        Action raw = () => socket.Send(sent.bytes);
        double[] bare = new double[Rounds], warm = new double[Rounds], fresh = new double[Rounds];
        for (int round = -WarmUp; round < Rounds; round++)
        {
            double one = Seconds(raw);
            double two = await SecondsAsync(() => SendAsync(receiver, sent, warm: true));
            double three = await SecondsAsync(() => SendAsync(receiver, sent, warm: false));
            if (round >= 0)
            {
                (bare[round], warm[round], fresh[round]) = (one, two, three);
            }
        }

        output.WriteLine("| 44 MB from a silo to another | median GB/s | over the socket, median | lowest to highest |");
        output.WriteLine("|---|---|---|---|");
        (string Name, double[] Times)[] ways =
        [
            ("bare socket, warm memory at both ends", bare),
            ("tensor, into memory that is there", warm),
            ("tensor, into new memory", fresh),
        ];
        foreach ((string name, double[] times) in ways)
        {
            double[] ratios = [.. times.Select((time, round) => bare[round] / time).Order()];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Bytes / times.Order().ElementAt(Rounds / 2) / 1e9:F2} | {ratios[Rounds / 2]:F2} | {ratios[0]:F2} to {ratios[^1]:F2} |"));
        }

        output.WriteLine();
        output.WriteLine("| small call, µs | p50 | p99 | while it lasted |");
        output.WriteLine("|---|---|---|---|");
        await PingAsync(output, "alone", beside, null);
        await PingAsync(output, "while tensors are sent one after another", beside, () => SendAsync(receiver, sent, warm: true));
    }

    /// <summary>Sends a tensor beyond 2 GiB and says how much memory it took besides.</summary>
    public static async Task MeasureLargeAsync(TextWriter output)
    {
        const long Count = (2L << 30) / sizeof(float) * 21 / 20; // 2.1 GiB
        using var silos = new TwoSilos();
        ITransferGrain receiver = await OnOtherAsync(silos, "large");
        using Tensor small = ones(Bytes / sizeof(float)), sent = empty(Count).uniform_(0, 1);
        for (int i = 0; i < 10; i++)
        {
            await SendAsync(receiver, small, warm: true); // what both processes need for any transfer is there
        }

        for (int round = 0; round < 3; round++)
        {
            var memory = new PeakMemory();
            long growth = 0;
            double seconds = await SecondsAsync(async () => growth = await SendAsync(receiver, sent, warm: true));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Count * sizeof(float) / (double)(1 << 30):F2} GiB in {seconds:F2} s, {Count * sizeof(float) / seconds / 1e9:F2} GB/s; "
                + $"the sender grew by {memory.Growth / 1e6:F1} MB, the receiver by {growth / 1e6:F1} MB."));
        }
    }

    private static async Task<ITransferGrain> OnOtherAsync(TwoSilos silos, string key)
    {
        ITransferGrain grain = silos.Host.Services.GetRequiredService<IGrainFactory>().GetGrain<ITransferGrain>(key);
        RequestContext.Set(Orleans.Runtime.Placement.IPlacementDirector.PlacementHintKey, silos.OtherAddress);
        await grain.PingAsync();
        RequestContext.Clear();
        return grain;
    }

    private static async Task<long> SendAsync(ITransferGrain receiver, Tensor tensor, bool warm)
    {
        using TensorPayload lent = TensorPayload.Lend(tensor);
        return await receiver.ReceiveAsync(lent, warm);
    }

    private static async Task PingAsync(TextWriter output, string name, ITransferGrain grain, Func<Task>? meanwhile)
    {
        using var stop = new CancellationTokenSource();
        long sent = 0;
        Task sending = Task.Run(async () =>
        {
            while (meanwhile is not null && !stop.IsCancellationRequested)
            {
                await meanwhile();
                sent += Bytes;
            }
        });
        var times = new double[Pings];
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Pings; i++)
        {
            times[i] = await SecondsAsync(grain.PingAsync) * 1e6;
        }

        double lasted = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long during = sent;
        await stop.CancelAsync();
        await sending;
        Array.Sort(times);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {times[Pings / 2]:F0} | {times[Pings * 99 / 100]:F0} | {during / lasted / 1e9:F2} GB/s |"));
    }

    private static double Seconds(Action work)
    {
        long began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        long began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
