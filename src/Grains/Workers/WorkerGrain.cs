namespace Actors.Grains.Workers;

/// <summary>A grain that carries out an order once, however often it comes.</summary>
internal abstract class WorkerGrain : Grain, IIncomingGrainCallFilter
{
    private const int Remembered = 4; // who orders waits for the answer before the next

    private readonly Dictionary<string, Task<object?>> carriedOut = [];
    private readonly Queue<string> names = new();

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context) =>
        RequestContext.Get(WorkerCalls.OrderKey) is string order ? OnceAsync(order, context) : context.Invoke();

    private async Task OnceAsync(string order, IIncomingGrainCallContext context)
    {
        RequestContext.Remove(WorkerCalls.OrderKey); // what this call calls in turn is no repeat of it
        if (carriedOut.TryGetValue(order, out Task<object?>? before))
        {
            context.Result = await before;
            return;
        }

        if (names.Count == Remembered)
        {
            carriedOut.Remove(names.Dequeue());
        }

        names.Enqueue(order);
        await (carriedOut[order] = ResultAsync(context));
    }

    private static async Task<object?> ResultAsync(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        return context.Result;
    }
}
