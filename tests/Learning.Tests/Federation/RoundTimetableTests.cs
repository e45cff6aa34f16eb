using Actors.Learning.Federation;

namespace Actors.Learning.Tests.Federation;

public sealed class RoundTimetableTests
{
    [Theory]
    [InlineData(3, 8)]
    [InlineData(1, 5)]
    [InlineData(4, 8)]
    [InlineData(100, 7)]
    public void Number_EveryStep_RisesByOneAtEachEnd(long every, long epoch)
    {
        var timetable = new RoundTimetable(every, epoch);
        long number = 0;
        for (long step = 1; step <= 60; step++)
        {
            number += timetable.IsEnd(step) ? 1 : 0;
            Assert.Equal(number, timetable.Number(step));
            Assert.True(timetable.IsEnd(timetable.End(step)) && timetable.End(step) > step);
            Assert.Equal(timetable.Number(step) + 1, timetable.Number(timetable.End(step)));
        }
    }
}
