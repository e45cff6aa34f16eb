using Actors.Client.Cluster;
using Actors.Client.Tests.Commands;

namespace Actors.Client.Tests.Cluster;

/// <summary>An address is never printed with what may be a password, however it was written.</summary>
public sealed class AddressPasswordTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-address-").FullName;
    private readonly Terminal terminal = new();

    public AddressPasswordTests() => terminal.Environment["XDG_CONFIG_HOME"] = folder;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("redis://:S3cret@host:0", "redis://…@host:0")]
    [InlineData("redis://user:S3cret@host:6379", "redis://…@host:6379")]
    [InlineData("redis://:S3,cret@host:6379", "redis://…")]
    [InlineData("redis://:S3/cret@host:6379", "redis://…")]
    [InlineData("redis://:S@3cret@host:0", "redis://…@host:0")]
    [InlineData("redis://host:0,S3cret@1", "redis://…")]
    [InlineData("redis://host:6379?password=S3cret", "redis://host:6379…")]
    [InlineData(":S3cret@host:6379", "…@host:6379")]
    [InlineData("host:6379,S3cret", "host:6379…")]
    public async Task Nodes_NoAddressWithAPassword_IsRefusedWithoutIt(string address, string shown)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--cluster", address));
        terminal.Environment["ACTORS_CLUSTER"] = address;
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes"));
        string profiles = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "actors")).FullName, "profiles.yaml");
        File.WriteAllText(profiles, $"lab: {{cluster: '{address}'}}");
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--profile", "lab"));

        Assert.Contains(
            "--cluster must be HOST:PORT[,HOST:PORT] of gateways, redis://HOST[:PORT][,PASSWORD], or redis://:PASSWORD@HOST[:PORT], "
            + $"but is '{shown}'.",
            terminal.Error,
            StringComparison.Ordinal);
        Assert.Contains("environment ACTORS_CLUSTER must be", terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"{profiles}:1: lab.cluster must", terminal.Error, StringComparison.Ordinal);
        Assert.All(["S3", "cret"], part => Assert.DoesNotContain(part, terminal.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("redis://host", "redis://host:6379")]
    [InlineData("redis://host,S3cret", "redis://host:6379,PASSWORD")]
    [InlineData("redis://:S3cret@host", "redis://host:6379,PASSWORD")]
    public void Again_Address_HasAWordForThePassword(string address, string again) =>
        Assert.Equal(again, ClusterEntrance.Parse(address, "--cluster").Again);

    [Theory]
    [InlineData("redis://:S3cret@host:6379")]
    [InlineData("redis://host:6379,S3cret")]
    public async Task Nodes_AddressInTheWrongPlace_IsRefusedWithoutThePassword(string address)
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", address));
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--cluster", address, "--profile", "lab"));

        Assert.Contains("host:6379", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", terminal.Error, StringComparison.Ordinal);
    }
}
