using Actors.Contracts.Events;
using Actors.Grains.Workers;
using Actors.Learning.Data;

namespace Actors.Grains.Tests.Runs;

/// <summary>A generation that hangs while the test split is predicted, and wakes when a newer one has completed the run.</summary>
public sealed class FencedTestTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly HeldCall testing = new(nameof(IFusionGrain.EvaluateAsync), Split.Test);
    private readonly SiloFixture silo;

    public FencedTestTests() => silo = new() { Configure = builder => builder.AddIncomingGrainCallFilter(testing) };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        testing.Release(); // the silo waits for what is held
        return silo.DisposeAsync();
    }

    [Fact]
    public async Task Test_NewerGenerationHasTheFolder_ItsPredictionsStay()
    {
        string folder = silo.NewFolder();
        string predictions = Path.Combine(folder, "predictions-test.csv");
        Task<IReadOnlyList<RunEvent>> older = silo.RunAsync(TestRun.Configuration(), folder);
        await testing.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(folder, ".owner"), "9 newer");
        File.WriteAllText(predictions, "of the newer one");
        testing.Release();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => older.WaitAsync(Bound, TestContext.Current.CancellationToken));

        Assert.Equal("of the newer one", File.ReadAllText(predictions));
    }
}
