using System.Collections.Concurrent;
using Actors.Learning.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Data;

/// <summary>Prepares one modality's batches ahead of the training, on other threads.</summary>
/// <remarks>One worker takes from it. A step that was not expected (after a restore) starts the feed anew from there.</remarks>
public sealed class BatchFeed : IDisposable
{
    /// <summary>Batches kept ready.</summary>
    public const int Ahead = 4;

    private readonly IDataset dataset;
    private readonly string modality;
    private readonly BatchSampler sampler;
    private readonly SampleTable samples;
    private readonly Device device;
    private Reader? reader;

    /// <summary>Makes the feed; nothing is read before the first <see cref="Take"/>.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="modality">Name of the modality.</param>
    /// <param name="sampler">Says which samples a step has.</param>
    /// <param name="device">Where batches are put.</param>
    public BatchFeed(IDataset dataset, string modality, BatchSampler sampler, DeviceName device)
    {
        (this.dataset, this.modality, this.sampler, this.device) = (dataset, modality, sampler, device.ToTorch());
        samples = dataset.Samples(Split.Train);
    }

    /// <summary>The batch of a step. The caller disposes it.</summary>
    /// <exception cref="DataException">The dataset could not read it.</exception>
    public Batch Take(long step)
    {
        Batch batch = Next(step);
        if (device.type == DeviceType.CPU)
        {
            return batch;
        }

        using (batch) // pinned memory is given back when the copy is done
        {
            using var scope = NewDisposeScope();
            return batch with { Input = batch.Input.to(device, non_blocking: true).DetachFromDisposeScope() };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader?.Dispose();
        reader = null;
    }

    private Batch Next(long step)
    {
        if (reader is null || reader.NextStep != step)
        {
            reader?.Dispose();
            reader = new Reader(this, step);
        }

        try
        {
            return reader.Take();
        }
        catch
        {
            Dispose(); // its thread ended with the failure; another try reads the step again
            throw;
        }
    }

    private Batch Read(long step)
    {
        int[] rows = sampler.Rows(step);
        Tensor input = dataset.Load(modality, Split.Train, rows).DetachFromDisposeScope();
        if (device.type != DeviceType.CPU)
        {
            using Tensor pageable = input;
            input = pageable.pin_memory().DetachFromDisposeScope(); // so that a GPU fetches it while this program goes on
        }

        return new Batch(step, input, rows, BatchSampler.Digest(samples, rows));
    }

    /// <summary>One stretch of steps, read one after the other.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly BatchFeed feed;
        private readonly Lock gate = new();
        private readonly BlockingCollection<(Batch? Batch, Exception? Failure)> ready = [];
        private readonly ManualResetEventSlim idle = new(true);
        private long reads; // step that is read next
        private bool stopped;

        public Reader(BatchFeed feed, long step)
        {
            (this.feed, NextStep, reads) = (feed, step, step);
            ReadAhead();
        }

        public long NextStep { get; private set; }

        public Batch Take()
        {
            (Batch? Batch, Exception? Failure) next = ready.Take();
            if (next.Failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(next.Failure);
            }

            NextStep++;
            ReadAhead();
            return next.Batch!;
        }

        public void Dispose()
        {
            lock (gate)
            {
                stopped = true;
            }

            idle.Wait();
            while (ready.TryTake(out var left))
            {
                left.Batch?.Dispose();
            }

            ready.Dispose();
            idle.Dispose();
        }

        /// <summary>Begins to read the next batch, unless one is being read or enough are ready.</summary>
        private void ReadAhead()
        {
            lock (gate)
            {
                if (!stopped && idle.IsSet && ready.Count < Ahead)
                {
                    idle.Reset();
                    ReadingThreads.Run(Read);
                }
            }
        }

        private void Read()
        {
            (Batch? Batch, Exception? Failure) next;
            try
            {
                next = (feed.Read(reads++), null);
            }
            catch (Exception failure)
            {
                next = (null, failure);
            }

            lock (gate)
            {
                ready.Add(next);
                stopped |= next.Failure is not null;
                idle.Set();
            }

            ReadAhead();
        }
    }
}
