using Actors.Grains.Tensors;
using Actors.Learning.Data;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>The encoders of a shard, as its fusion asks them. Not thread-safe: the fusion's turns use it.</summary>
/// <remarks>
/// An encoder that has learnt encodes the next step at once, whatever the others and the fusion are still at: its weights are those it will have. A step so
/// takes one
/// journey to the encoders and back instead of two, and their devices do not wait in between.
/// </remarks>
internal sealed class ShardEncoders(IEncoderGrain[] encoders, WorkerCalls calls)
{
    private readonly Task<TakenBatch>?[] ahead = new Task<TakenBatch>?[encoders.Length];

    /// <summary>M.</summary>
    public int Count => encoders.Length;

    /// <summary>Asks all for a step's features, but those that were asked ahead.</summary>
    /// <returns>z_i by modality, [M]; the caller disposes them.</returns>
    public Task<TakenBatch[]> EncodeAsync(long step)
    {
        Task<TakenBatch>[] asked = [.. encoders.Select((encoder, i) => ahead[i] ?? AskAsync(encoder, step))];
        Array.Clear(ahead);
        return Answers.AllAsync(asked);
    }

    /// <summary>Has an encoder learn.</summary>
    /// <param name="modality">Index i.</param>
    /// <param name="step">The step it encoded.</param>
    /// <param name="gradient">∂L_mm/∂z_i [B, D_i]; stays the caller's.</param>
    /// <param name="coefficient">k_i.</param>
    /// <param name="goesOn">True where the next step follows, with the weights it has then.</param>
    /// <returns>The norm of its gradient, where no step follows.</returns>
    public async Task<double?> LearnAsync(int modality, long step, Tensor gradient, double coefficient, bool goesOn)
    {
        using TensorPayload lent = TensorPayload.Lend(gradient);
        double? norm = await calls.AskAsync(encoders[modality], e => e.LearnAsync(step, lent, coefficient, !goesOn));
        ahead[modality] = goesOn ? AskAsync(encoders[modality], step + 1) : null;
        return norm;
    }

    /// <summary>What each encoder says of samples, [M]; the caller disposes it.</summary>
    public Task<EncoderInference[]> InferAsync(Split split, int[] rows) => Answers.AllAsync(encoders.Select(encoder => InferAsync(encoder, split, rows)));

    /// <summary>Orders the same of all.</summary>
    public Task OrderAsync(Func<IEncoderGrain, int, Task> order) =>
        Task.WhenAll(encoders.Select((encoder, i) => calls.OrderAsync(encoder, e => order(e, i))));

    /// <summary>Nobody takes what was asked ahead.</summary>
    public void Drop()
    {
        Array.ForEach(ahead, unused => _ = unused is null ? Task.CompletedTask : Answers.DropAsync(unused));
        Array.Clear(ahead);
    }

    private Task<TakenBatch> AskAsync(IEncoderGrain encoder, long step) => TakenBatch.OfAsync(calls.AskAsync(encoder, e => e.EncodeAsync(step)));

    private async Task<EncoderInference> InferAsync(IEncoderGrain encoder, Split split, int[] rows)
    {
        using InferredBatch inferred = await calls.AskAsync(encoder, e => e.InferAsync(split, rows));
        Tensor features = await inferred.Features.TakeAsync();
        try
        {
            return new EncoderInference(features, inferred.Logits is { } logits ? await logits.TakeAsync() : null);
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }
}
