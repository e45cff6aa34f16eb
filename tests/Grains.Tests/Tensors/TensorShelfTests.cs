using Actors.Grains.Tensors;
using Microsoft.Extensions.Options;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Tensors;

public sealed class TensorShelfTests
{
    [Fact]
    public void DropOld_ClockOfTheDayIsSetAhead_KeepsWhatWasPutAMomentAgo()
    {
        var clock = new SetClock();
        using var shelf = new TensorShelf(clock, Options.Create(new TensorTransferOptions { KeptFor = TimeSpan.FromMinutes(5) }));
        using Tensor answer = ones(3);
        shelf.Put(answer, given: true);
        (clock.Day, clock.Elapsed) = (clock.Day.AddDays(1), TimeSpan.FromMinutes(4));
        clock.Fire();
        Assert.Equal(1, shelf.Count);
        clock.Elapsed = TimeSpan.FromMinutes(5);
        clock.Fire();
        Assert.Equal(0, shelf.Count);
    }

    /// <summary>A clock of the day, time that has passed, and a timer, that the test sets.</summary>
    private sealed class SetClock : TimeProvider
    {
        private Action fire = () => { };

        public DateTimeOffset Day { get; set; } = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Day;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            fire = () => callback(state);
            return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Fire() => fire();
    }
}
