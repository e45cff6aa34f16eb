using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Runs;

public class GenerationEndTests
{
    private static readonly WorkerException Loss = new("A silo is gone.", isLost: true);

    [Fact]
    public void Stopped_Move_GoesOnAndWarnsOfNothing()
    {
        var end = GenerationEnd.Stopped(StopRequest.Move, 7);
        Assert.Equal((true, false), (end.GoesOn, end.IsWarning));
        Assert.Equal("A silo leaves the cluster: the run goes on from step 7 on those that stay.", end.Told);
    }

    [Fact]
    public void Failed_Loss_GoesOnWithAWarning()
    {
        var end = GenerationEnd.Failed(Loss, StopRequest.None, mayGoOn: true);
        Assert.Equal((true, true, null), (end.GoesOn, end.IsWarning, end.FirstCause));
        Assert.Equal("A silo is gone. The run goes on from its newest checkpoint.", end.Told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Failed_LossOfARunThatIsToStop_IsStopped(bool now)
    {
        var end = GenerationEnd.Failed(Loss, now ? StopRequest.Now : StopRequest.AtStep, mayGoOn: true);
        Assert.Equal((RunStatus.Stopped, false, false, null), (end.Final, end.GoesOn, end.IsWarning, end.FirstCause));
    }

    [Theory]
    [InlineData(true, false)] // nothing was lost
    [InlineData(false, true)] // no generation is to follow
    public void Failed_RunCannotGoOn_SaysWhy(bool mayGoOn, bool isLost)
    {
        var end = GenerationEnd.Failed(new WorkerException("It broke.", isLost), StopRequest.None, mayGoOn);
        Assert.Equal((RunStatus.Failed, false, false, "It broke."), (end.Final, end.GoesOn, end.IsWarning, end.FirstCause));
    }
}
