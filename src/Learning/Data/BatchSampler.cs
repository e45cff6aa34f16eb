using System.Text;
using Actors.Learning.Randomness;

namespace Actors.Learning.Data;

/// <summary>Which training samples a shard sees at which step: a pure function of (seed, shard, step). Thread-safe.</summary>
/// <remarks>
/// Dealt anew each epoch: one permutation of all N rows; step t takes the next D·B of it and shard d the d-th B of those, so that D shards of batch B see
/// what one shard of batch D·B sees. Fixed shards: each permutes its own rows, pass after pass. An epoch has ⌊N / (D·B)⌋ steps; what is left over differs from
/// epoch to epoch.
/// </remarks>
public sealed class BatchSampler
{
    private readonly SamplerOptions options;
    private readonly int[] own;
    private readonly Lock gate = new();
    private (long Pass, int[] Order) cached = (-1, []);

    /// <summary>Makes the sampler of one shard.</summary>
    /// <exception cref="ArgumentException">A batch does not fit a shard, or the dataset's shards are not D; says the numbers and what to set.</exception>
    public BatchSampler(SampleTable samples, SamplerOptions options)
    {
        this.options = options;
        own = options.FixedShards ? OwnRows(samples, options) : [.. Enumerable.Range(0, samples.Count)];
        StepsPerEpoch = samples.Count / ((long)options.ShardCount * options.BatchSize);
        int room = options.FixedShards ? own.Length : samples.Count / options.ShardCount;
        if (options.BatchSize > room || StepsPerEpoch == 0)
        {
            throw new ArgumentException(
                $"A batch must fit its shard, but training.batch_size is {options.BatchSize} "
                + $"and shard {options.Shard} of {options.ShardCount} has {room} samples. Lower training.batch_size or training.shards.");
        }
    }

    /// <summary>Steps of one epoch, the same for every shard.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>Training samples that are the shard's own; all where each epoch is dealt anew.</summary>
    public int OwnCount => own.Length;

    /// <summary>Rows of the training split for a step, [B], in order.</summary>
    /// <param name="step">Zero-based step since the start of the run.</param>
    public int[] Rows(long step)
    {
        if (!options.FixedShards)
        {
            long inEpoch = step % StepsPerEpoch;
            int start = (int)((inEpoch * options.ShardCount) + options.Shard) * options.BatchSize;
            return Order(step / StepsPerEpoch)[start..(start + options.BatchSize)];
        }

        int[] rows = new int[options.BatchSize];
        for (int i = 0; i < rows.Length; i++)
        {
            long position = (step * options.BatchSize) + i;
            rows[i] = own[Order(position / own.Length)[(int)(position % own.Length)]];
        }

        return rows;
    }

    /// <summary>Digest of the identities and the order of some samples; two workers with another dataset or order have another.</summary>
    public static ulong Digest(SampleTable samples, IReadOnlyList<int> rows)
    {
        ulong hash = Fnv1a.Empty;
        Span<byte> bytes = stackalloc byte[512];
        foreach (int row in rows)
        {
            string id = samples.Ids[row];
            int length = id.Length <= 128 ? Encoding.UTF8.GetBytes(id, bytes) : 0;
            hash = Fnv1a.Add(hash, length > 0 ? bytes[..length] : Encoding.UTF8.GetBytes(id));
            hash = Fnv1a.Add(hash, 0xff); // no byte of UTF-8: "ab","c" differs from "a","bc"
        }

        return hash;
    }

    private int[] Order(long pass)
    {
        lock (gate)
        {
            if (cached.Pass != pass)
            {
                ulong stream = options.FixedShards ? ((ulong)options.Shard << 40) + (ulong)pass + (1UL << 63) : (ulong)pass;
                cached = (pass, new RandomStream(options.Seed, stream).Permutation(own.Length));
            }

            return cached.Order;
        }
    }

    private static int[] OwnRows(SampleTable samples, SamplerOptions options)
    {
        if (samples.Shards is null)
        {
            int[] dealt = new RandomStream(options.Seed, ulong.MaxValue / 2).Permutation(samples.Count);
            return [.. dealt.Where((_, position) => position % options.ShardCount == options.Shard).Order()];
        }

        string[] names = samples.ShardNames();
        if (names.Length != options.ShardCount)
        {
            throw new ArgumentException(
                $"The dataset names {names.Length} shards ({string.Join(", ", names)}), but training.shards is {options.ShardCount}. "
                + $"Set training.shards to {names.Length}.");
        }

        return [.. Enumerable.Range(0, samples.Count).Where(row => samples.Shards[row] == names[options.Shard])];
    }
}
