using Actors.Tests;

namespace Actors.Silo.Tests;

/// <summary>Holds a silo where it joins, just before it becomes active.</summary>
internal sealed class HeldJoin : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it is held.</summary>
    public Task Reached => reached.Task;

    /// <summary>What the held silo knows of the others.</summary>
    public IClusterMembershipService Membership { get; set; } = null!;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<HeldJoin>(ServiceLifecycleStage.BecomeActive - 1, async cancellation =>
        {
            reached.SetResult();
            await released.Task.WaitAsync(cancellation);
        });

    /// <summary>It becomes active.</summary>
    public void Release() => released.SetResult();

    /// <summary>Until another has this status.</summary>
    public Task WaitForAsync(string address, SiloStatus status) => Waiting.ForAsync($"{address} to be {status}", async () =>
    {
        await Membership.Refresh(cancellationToken: TestContext.Current.CancellationToken);
        return Membership.CurrentSnapshot.Members.Values
            .Any(member => $"{member.SiloAddress.Endpoint}" == address && member.Status == status);
    });
}
