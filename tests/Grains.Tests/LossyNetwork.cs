using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests;

/// <summary>Loses some of the messages between a silo's workers, and repeats others; drawn from a seed.</summary>
/// <remarks>A message that is lost stays without an answer for ever, whether it was the call or the answer: nobody tells its caller.</remarks>
internal sealed class LossyNetwork : IOutgoingGrainCallFilter
{
    private static readonly string[] Workers = ["EncoderGrain", "FusionGrain", "BalancerGrain", "ReducerGrain", "AggregatorGrain", "ModuleGrain"];

    private readonly Random random = new(5);
    private readonly Lock gate = new();

    /// <summary>Which part of the messages is lost, [0, 1).</summary>
    public required double Loss { get; init; }

    /// <summary>How long the answers to a twentieth of the messages are held back.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Messages lost so far.</summary>
    public int Lost { get; private set; }

    /// <summary>Messages sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Puts it into a silo whose calls are repeated soon.</summary>
    public void Install(ISiloBuilder silo, TimeSpan patience)
    {
        silo.AddOutgoingGrainCallFilter(this);
        silo.Services.Configure<WorkerCallOptions>(options => options.Patience = patience);
    }

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (!Workers.Any(worker => context.InterfaceName.Contains(worker, StringComparison.Ordinal)))
        {
            await context.Invoke();
            return;
        }

        double drawn;
        lock (gate)
        {
            drawn = random.NextDouble();
            Sent++;
            Lost += drawn < Loss ? 1 : 0;
        }

        if (drawn >= Loss / 2)
        {
            await context.Invoke();
        }

        if (drawn > 0.95 && Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay);
        }

        if (drawn < Loss)
        {
            await new TaskCompletionSource().Task; // never
        }
    }
}
