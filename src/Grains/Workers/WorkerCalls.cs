using System.Globalization;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Messaging;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>Calls to workers and their silos, which may last for hours.</summary>
/// <remarks>
/// A message can be lost with its connection, and where both silos live nobody is told: the caller would wait as long as the call may last. So a call without
/// an answer is repeated, less and less often, and its silo is asked again and again whether it is there: one that is in the cluster and cannot be reached from
/// here counts as lost after a while.
/// </remarks>
internal sealed class WorkerCalls : IDisposable
{
    /// <summary>Where a message has the name of its order.</summary>
    public const string OrderKey = "actors.order";

    private const int MostDoublings = 4;
    private const int MostTakes = 3;

    // What is told changes nothing for who tells it, so that a silo that is gone, or hangs, need not hold up what comes next.
    private static readonly TimeSpan MostTimeToTell = TimeSpan.FromSeconds(10);

    private static long orders; // of all that call from this process: a name of an order is never another's

    private readonly ILocalSiloDetails local;
    private readonly IClusterMembershipService membership;
    private readonly TimeProvider time;
    private readonly WorkerCallOptions options;
    private readonly SiloEnd siloEnd;
    private readonly TimeSpan patience;
    private readonly CancellationTokenSource source;
    private readonly CancellationToken ending; // outlives its source
    private readonly SiloSigns signs;
    private string? cause; // why they have ended

    /// <summary>Creates those of a silo; they end with it.</summary>
    public WorkerCalls(
        IGrainFactory grains,
        ILocalSiloDetails local,
        IClusterMembershipService membership,
        TimeProvider time,
        IOptions<WorkerCallOptions> options,
        SiloEnd silo)
        : this(local, membership, time, options.Value, silo, new SiloSigns(grains, time, options.Value))
    {
    }

    private WorkerCalls(
        ILocalSiloDetails local, IClusterMembershipService membership, TimeProvider time, WorkerCallOptions options, SiloEnd silo, SiloSigns signs)
    {
        (this.local, this.membership, this.time, this.options, siloEnd, this.signs) = (local, membership, time, options, silo, signs);
        patience = options.Patience;
        source = CancellationTokenSource.CreateLinkedTokenSource(silo.Token);
        ending = source.Token;
    }

    private TimeSpan Pause => patience / 10;

    private WorkerException Loss => siloEnd.Token.IsCancellationRequested || cause is null ? siloEnd.Loss : new WorkerException(cause, isLost: true);

    /// <summary>Calls that can be ended apart from others. Whoever asks for them disposes them.</summary>
    public WorkerCalls Branch() => new(local, membership, time, options, siloEnd, signs);

    /// <summary>Ends what these calls wait for, as a loss. Whom they called may be at it still: its answer is dropped.</summary>
    /// <param name="cause">What whoever waits is told.</param>
    public Task EndAsync(string cause)
    {
        this.cause ??= cause;
        return ending.IsCancellationRequested ? Task.CompletedTask : source.CancelAsync(); // they may have been ended and disposed before
    }

    /// <summary>Asks what may be asked twice: a repeat that comes late is refused, or changes nothing.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="question">The call. What it lends stays until the answer is there.</param>
    /// <exception cref="WorkerException">The worker's silo is in the cluster, but cannot be reached: that counts as a loss.</exception>
    public Task<T> AskAsync<TWorker, T>(TWorker worker, Func<TWorker, Task<T>> question)
        where TWorker : IGrainWithStringKey => AskAsync(PinnedKey.SiloOf(worker.GetPrimaryKeyString()), () => question(worker));

    /// <summary>Asks a silo what may be asked twice.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="question">The call.</param>
    /// <exception cref="WorkerException">The silo is in the cluster, but cannot be reached: that counts as a loss.</exception>
    public async Task<T> AskAsync<T>(SiloAddress silo, Func<Task<T>> question)
    {
        ThrowIfEnded();
        Task<T> first = question();
        await ((Task)first).WaitAsync(patience, time, ending)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return first.IsCompleted && !IsUndelivered(first) ? await first : await AskAgainAsync(silo, question, first);
    }

    /// <summary>
    /// Asks for a tensor that may be asked for twice, and takes it at once. One that was dropped before it was here, as over a slow link, is asked for again.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="question">The call.</param>
    /// <returns>The tensor; the caller disposes it.</returns>
    /// <exception cref="WorkerException">The worker's silo cannot be reached, or its link is too slow: that counts as a loss.</exception>
    public async Task<Tensor> TakeAsync<TWorker>(TWorker worker, Func<TWorker, Task<TensorPayload>> question)
        where TWorker : IGrainWithStringKey
    {
        for (int attempt = 1; ; attempt++)
        {
            using TensorPayload answer = await AskAsync(worker, question);
            try
            {
                return await answer.TakeAsync();
            }
            catch (WorkerException failure) when (failure.IsDropped)
            {
                if (attempt == MostTakes)
                {
                    throw new WorkerException(
                        $"{failure.Message} It was asked for {MostTakes} times: the link to its silo is too slow, or was cut.", isLost: true);
                }
            }
        }
    }

    /// <summary>Orders what must be done once; of a <see cref="WorkerGrain"/>, which does not do it again when it is repeated.</summary>
    /// <inheritdoc cref="AskAsync{TWorker, T}"/>
    public Task<T> OrderAsync<TWorker, T>(TWorker worker, Func<TWorker, Task<T>> order)
        where TWorker : IGrainWithStringKey
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{local.SiloAddress.ToParsableString()}/{Interlocked.Increment(ref orders)}");
        return AskAsync(worker, called =>
        {
            RequestContext.Set(OrderKey, name);
            try
            {
                return order(called);
            }
            finally
            {
                RequestContext.Remove(OrderKey);
            }
        });
    }

    /// <inheritdoc cref="OrderAsync{TWorker, T}"/>
    public Task OrderAsync<TWorker>(TWorker worker, Func<TWorker, Task> order)
        where TWorker : IGrainWithStringKey => OrderAsync(worker, async called =>
        {
            await order(called);
            return true;
        });

    /// <summary>
    /// Tells a worker what may come twice, such as that its generation is over. Waits for some seconds; then it goes on beside what follows, until the worker
    /// knows, or is lost.
    /// </summary>
    /// <param name="worker">The worker; one that is lost has no more to do.</param>
    /// <param name="message">The call.</param>
    public async Task TellAsync<TWorker>(TWorker worker, Func<TWorker, Task> message)
        where TWorker : IGrainWithStringKey
    {
        Task told = WorkerFailure.UnlessLostAsync(AskAsync(worker, async called =>
        {
            await message(called);
            return true;
        }));
        await Task.WhenAny(told, Task.Delay(MostTimeToTell, time, ending));
        if (told.IsCompleted)
        {
            await told;
        }

        told.Ignore();
    }

    /// <summary>Waits for something else than an answer, until these calls end; what comes later is disposed.</summary>
    public async Task<T> UnlessEndedAsync<T>(Task<T> waited)
    {
        try
        {
            return await waited.WaitAsync(ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !waited.IsCanceled)
        {
            _ = Answers.DropAsync(waited);
            throw Loss;
        }
    }

    private void ThrowIfEnded()
    {
        if (cause is not null)
        {
            throw Loss;
        }
    }

    private static bool IsUndelivered(Task call) =>
        call.Exception?.InnerException is ConnectionFailedException or (OrleansMessageRejectionException and not SiloUnavailableException);

    private async Task<T> AskAgainAsync<T>(SiloAddress silo, Func<Task<T>> question, Task<T> first)
    {
        List<Task<T>> asked = [first];
        Task<T>? taken = null;
        int again = 0, looks = 0; // before it is asked again
        try
        {
            while (true)
            {
                if (ending.IsCancellationRequested)
                {
                    throw Loss;
                }

                asked.RemoveAll(IsUndelivered);
                if (looks == 0 || asked.Count == 0)
                {
                    asked.Add(question());
                    again = Math.Min(again + 1, MostDoublings);
                    looks = 1 << again;
                }

                looks--;
                Task<Task<T>> answered = Task.WhenAny(asked);
                TimeSpan? silence = await signs.SilenceAsync(silo, answered, () => !IsUndelivered(answered.Result), ending);
                if (silence > options.Silence && IsActive(silo))
                {
                    throw new WorkerException(
                        $"Silo {silo.Endpoint} is in the cluster, but silo {local.SiloAddress.Endpoint} cannot reach it. See the network between the two.",
                        isLost: true)
                    {
                        Unreachable = silo.ToParsableString(),
                    };
                }

                looks = silence is null ? looks : 0;
                await Task.WhenAny(answered, Task.Delay(silence is null ? patience : Pause, time, ending));
                if (answered.IsCompleted)
                {
                    Task<T> answer = await answered;
                    if (!IsUndelivered(answer) || !IsActive(silo))
                    {
                        taken = answer;
                        return await taken;
                    }

                    await Task.Delay(Pause, time);
                }
            }
        }
        finally
        {
            asked.ForEach(one => _ = one == taken ? Task.CompletedTask : Answers.DropAsync(one));
        }
    }

    private bool IsActive(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Active;

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
