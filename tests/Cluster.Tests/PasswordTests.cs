namespace Actors.Cluster.Tests;

/// <summary>The console as a process against a Redis that wants a password.</summary>
public sealed class PasswordTests : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("actors-password-").FullName;
    private RedisServer? redis; // null where there can be none

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisServer.Obstacle is not null, RedisServer.Obstacle ?? "");
        redis = new RedisServer(root, "--requirepass", "right");
        await redis.StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        redis?.Dispose();
        Directory.Delete(root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(",wrong", "refuses the password")]
    [InlineData("", "refuses to be used without a password")]
    public async Task Nodes_RedisRefusesIt_IsOneErrorWithRemedyAndWithoutThePassword(string password, string words)
    {
        using ChildProcess nodes = TestCluster.ConsoleAt(redis!.Address + password, "nodes");

        Assert.True(await nodes.WaitForExitAsync() == 2, nodes.Said);
        string line = Assert.Single(nodes.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"error: {redis.Address} {words}", line, StringComparison.Ordinal);
        Assert.Contains("ACTORS_CLUSTER", line, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", line, StringComparison.Ordinal);
    }
}
