using Actors.Learning.Optimization;
using Actors.Learning.Tests.Fixtures;

namespace Actors.Learning.Tests.Optimization;

public class SchedulesTests
{
    [Fact]
    public void CosineRestarts_SixtySteps_EqualsPyTorch()
    {
        ISchedule schedule = Schedules.Create(
            new ScheduleOptions { Name = Schedules.CosineRestarts, CycleSteps = 4, CycleFactor = 2, MinimumFactor = 0.1 }, 60);
        double[] expected = [.. Fixture.Read("optimizers.json")["cosine-restarts"]!["factors"]!.AsArray().Select(v => v!.GetValue<double>())];
        Assert.All(expected.Select((factor, step) => (factor, step)), e => Assert.Equal(e.factor, schedule.Factor(e.step), 1e-9));
    }

    [Fact]
    public void CosineRestarts_Held_StaysFullThenEntersTheCycleOfTheGlobalStep()
    {
        ISchedule schedule = Schedules.Create(new ScheduleOptions { Name = Schedules.CosineRestarts, HoldSteps = 780 }, 5000);
        Assert.Equal(1, schedule.Factor(779));
        Assert.Equal((1 + Math.Cos(Math.PI * (780 - 508) / 512)) / 2, schedule.Factor(780), 12); // cycles begin at 4(2^n − 1): …, 508, 1020
        Assert.Equal(1, schedule.Factor(1020), 12);
    }

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(2, 0.75)]
    [InlineData(3, 1)]
    public void Warmup_ThreeSteps_RisesLinearly(long step, double factor) =>
        Assert.Equal(factor, Schedules.Create(new ScheduleOptions { WarmupSteps = 3 }, 10).Factor(step), 12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 0.6)]
    [InlineData(100, 0.2)]
    [InlineData(200, 0.2)]
    public void Cosine_OverTheRun_FallsToTheLeast(long step, double factor) =>
        Assert.Equal(factor, Schedules.Create(new ScheduleOptions { Name = Schedules.Cosine, MinimumFactor = 0.2 }, 100).Factor(step), 12);

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 0.5)]
    [InlineData(29, 0.25)]
    public void Step_EveryTen_IsMultiplied(long step, double factor) =>
        Assert.Equal(factor, Schedules.Create(new ScheduleOptions { Name = Schedules.Step, EverySteps = 10, Gamma = 0.5 }, 100).Factor(step), 12);

    [Fact]
    public void Create_UnknownName_ListsTheKnownOnes() =>
        Assert.Contains("cosine-restarts", Assert.Throws<ArgumentException>(() => Schedules.Create(new ScheduleOptions { Name = "cos" }, 1)).Message);
}
