using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Actors.Silo.Networking;

/// <summary>
/// Blocks of memory for what comes and goes through sockets, used again and again; the last one returned is the next one lent, since it is in the cache.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Bytes of a block: a message with a chunk of a tensor fits in one, so that it is written and read where it is, without a copy between.</summary>
    public const int BlockBytes = 512 << 10;

    /// <summary>Blocks kept while nobody needs them: 16 MiB. More may be lent, and are left to the collector afterwards.</summary>
    public const int MostKept = 32;

    private readonly ConcurrentStack<Block> kept = new();
    private int keptCount;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>Blocks that nobody has.</summary>
    public int Kept => Volatile.Read(ref keptCount);

    /// <summary>Lends a block.</summary>
    /// <param name="minBufferSize">At most <see cref="BlockBytes"/>; −1: any.</param>
    /// <returns>Disposed once, it goes back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A block is not as large.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!kept.TryPop(out Block? block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref keptCount);
        block.Lend();
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // A block is an array: the collector takes it.
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref keptCount) <= MostKept)
        {
            kept.Push(block);
        }
        else
        {
            Interlocked.Decrement(ref keptCount);
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        private int lent = 1;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(bytes, 0, bytes.Length);

        public void Lend() => lent = 1;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref lent, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}
