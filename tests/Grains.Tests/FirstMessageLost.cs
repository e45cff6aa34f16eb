using System.Collections.Concurrent;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests;

/// <summary>Loses the first message of some methods to each worker: nobody tells its caller.</summary>
/// <param name="methods">Names of the methods.</param>
internal sealed class FirstMessageLost(params string[] methods) : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, bool> lost = new();

    /// <summary>Messages lost so far.</summary>
    public int Lost => lost.Count;

    /// <summary>Puts it into a silo whose calls are repeated soon.</summary>
    public void Install(ISiloBuilder silo)
    {
        silo.AddOutgoingGrainCallFilter(this);
        silo.Services.Configure<WorkerCallOptions>(options => options.Patience = TimeSpan.FromMilliseconds(200));
    }

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        methods.Contains(context.MethodName) && lost.TryAdd($"{context.MethodName} {context.TargetId}", true)
            ? new TaskCompletionSource().Task // never
            : context.Invoke();
}
