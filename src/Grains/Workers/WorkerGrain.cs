namespace Actors.Grains.Workers;

/// <summary>A grain that carries out an order once, however often it comes.</summary>
/// <param name="answers">How many answers it keeps for repeats; of older orders it knows that they were carried out, and refuses them.</param>
internal abstract class WorkerGrain(int answers = 4) : Grain, IIncomingGrainCallFilter
{
    private const int Remembered = 64; // who orders waits for the answer before the next, so that a repeat comes soon or was left behind by the network

    private readonly Dictionary<string, Task<object?>?> carriedOut = []; // null: the answer was dropped
    private readonly Queue<string> names = new();
    private readonly Queue<string> answered = new();

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context) =>
        RequestContext.Get(WorkerCalls.OrderKey) is string order ? OnceAsync(order, context) : context.Invoke();

    private async Task OnceAsync(string order, IIncomingGrainCallContext context)
    {
        RequestContext.Remove(WorkerCalls.OrderKey); // what this call calls in turn is no repeat of it
        if (carriedOut.TryGetValue(order, out Task<object?>? before))
        {
            if (before is null)
            {
                string call = $"{context.InterfaceMethod.Name} of {this.GetPrimaryKeyString()}";
                throw new WorkerException($"{call} is refused: it is a repeat that came late, and was carried out long ago.");
            }

            context.Result = await before;
            return;
        }

        if (names.Count == Remembered)
        {
            carriedOut.Remove(names.Dequeue());
        }

        names.Enqueue(order);
        Task<object?> result = carriedOut[order] = ResultAsync(context);
        try
        {
            await result;
        }
        finally
        {
            answered.Enqueue(order);
            if (answered.Count > answers)
            {
                DropAnswer(answered.Dequeue());
            }
        }
    }

    private void DropAnswer(string order)
    {
        if (carriedOut.ContainsKey(order))
        {
            carriedOut[order] = null;
        }
    }

    private static async Task<object?> ResultAsync(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        return context.Result;
    }
}
