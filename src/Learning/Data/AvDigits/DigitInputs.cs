using Actors.Learning.Devices;
using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>One modality's inputs: of the training split at once, of another when it is first asked for. A run's first step needs no more.</summary>
/// <remarks>Each is made on a thread of its own with one torch thread, apart from the caller's scope: the same bits on any number of cores.</remarks>
internal sealed class DigitInputs : IDisposable
{
    private readonly Task<Tensor> training;
    private readonly Dictionary<Split, Lazy<Task<Tensor>>> others;

    /// <summary>Begins with the training split, and does not wait for it.</summary>
    /// <param name="make">Makes a split's inputs, [N, …], of the training split first; may be called for two others at a time.</param>
    public DigitInputs(Func<Split, Tensor> make)
    {
        training = Made(make, Split.Train);
        others = Enum.GetValues<Split>().Where(split => split != Split.Train)
            .ToDictionary(split => split, split => new Lazy<Task<Tensor>>(() => AfterTraining(split)));

        async Task<Tensor> AfterTraining(Split split)
        {
            await training; // which fixes the scale
            return await Made(make, split);
        }
    }

    /// <summary>The inputs of a split, [N, …]; waits until they are made. Owned by this object.</summary>
    public Tensor Of(Split split) => (split == Split.Train ? training : others[split].Value).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Task<Tensor> begun in others.Values.Where(other => other.IsValueCreated).Select(other => other.Value).Append(training))
        {
            begun.ContinueWith(made => made.IsCompletedSuccessfully ? made.Result : null, TaskScheduler.Default).Result?.Dispose();
        }
    }

    private static Task<Tensor> Made(Func<Split, Tensor> make, Split split) => Task.Factory.StartNew(
        () =>
        {
            TorchThreads.Use(1);
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return make(split).DetachFromDisposeScope();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
