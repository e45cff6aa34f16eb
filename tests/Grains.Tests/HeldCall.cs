namespace Actors.Grains.Tests;

/// <summary>Holds the answer of a grain's method, the first time it is called, until the test has done something meanwhile.</summary>
/// <param name="method">Its name.</param>
/// <param name="argument">Its first argument; null: any.</param>
/// <param name="of">What the grain is; null: anything.</param>
internal sealed class HeldCall(string method, object? argument = null, Type? of = null) : IIncomingGrainCallFilter
{
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the answer is there and held.</summary>
    public Task Held => held.Task;

    /// <summary>Lets the answer go.</summary>
    public void Release() => released.TrySetResult();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName == method && (of is null || of.IsInstanceOfType(context.Grain))
            && (argument is null || argument.Equals(context.Request.GetArgument(0))) && held.TrySetResult())
        {
            await released.Task;
        }
    }
}
