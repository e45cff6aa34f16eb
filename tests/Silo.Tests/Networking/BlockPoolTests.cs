using System.Buffers;
using Actors.Silo.Networking;

namespace Actors.Silo.Tests.Networking;

public class BlockPoolTests
{
    [Fact]
    public void Rent_AfterOneCameBack_IsTheSameMemory()
    {
        var pool = new BlockPool();
        IMemoryOwner<byte> first = pool.Rent();
        Memory<byte> memory = first.Memory;
        Assert.Equal(BlockPool.BlockBytes, memory.Length);
        first.Dispose();
        Assert.True(pool.Rent(BlockPool.BlockBytes).Memory.Equals(memory));
        Assert.False(pool.Rent().Memory.Equals(memory));
    }

    [Fact]
    public void Dispose_ABlockTwice_IsBackOnce()
    {
        var pool = new BlockPool();
        IMemoryOwner<byte> block = pool.Rent();
        block.Dispose();
        block.Dispose();
        Assert.Equal(1, pool.Kept);
    }

    [Fact]
    public void Dispose_MoreThanAreKept_TheRestIsLeftToTheCollector()
    {
        var pool = new BlockPool();
        IMemoryOwner<byte>[] blocks = [.. Enumerable.Range(0, BlockPool.MostKept + 3).Select(_ => pool.Rent())];
        Assert.Equal(0, pool.Kept);
        Array.ForEach(blocks, block => block.Dispose());
        Assert.Equal(BlockPool.MostKept, pool.Kept);
    }

    [Fact]
    public void Rent_MoreThanABlock_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new BlockPool().Rent(BlockPool.BlockBytes + 1));
}
