using Actors.Client.Tests.Commands;

namespace Actors.Client.Tests.Cluster;

/// <summary>Clusters that a person gave names.</summary>
public sealed class ClusterProfilesTests : IClassFixture<ClusterFixture>, IDisposable
{
    private readonly ClusterFixture cluster;
    private readonly string folder = Directory.CreateTempSubdirectory("actors-profiles-").FullName;
    private readonly Terminal terminal = new();

    public ClusterProfilesTests(ClusterFixture cluster)
    {
        this.cluster = cluster;
        terminal.Environment["XDG_CONFIG_HOME"] = folder;
    }

    private string ProfilesFile => Path.Combine(folder, "actors", "profiles.yaml");

    [Fact]
    public async Task Nodes_ProfileByOptionOrEnvironment_FindsTheCluster()
    {
        Write($"lab:\n  cluster: {cluster.Address}\n");

        Assert.Equal((ExitCode.Ok, ""), (await terminal.RunAsync("nodes", "--profile", "lab"), terminal.Error));
        Assert.Contains("active", terminal.Output, StringComparison.Ordinal);

        terminal.Environment["ACTORS_PROFILE"] = "lab";
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("nodes"));
    }

    [Fact]
    public async Task Messages_OfAProfile_LeadBackToIt()
    {
        Write($"lab: {{cluster: '{cluster.Address}'}}\n");

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("start", cluster.Short, "--name", "profiled", "--output", cluster.Root, "--profile", "lab"));

        Assert.Contains("actors watch profiled --profile lab", terminal.Error, StringComparison.Ordinal);
        await cluster.WaitAsync("profiled", "completed", run => run.Status == Contracts.Runs.RunStatus.Completed);
    }

    [Fact]
    public async Task Messages_ClusterFromEnvironment_LeadBackToItWithoutItsAddress()
    {
        terminal.Environment["ACTORS_CLUSTER"] = cluster.Address;
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("start", cluster.Short, "--name", "surrounded", "--output", cluster.Root));
        Assert.Contains("Watch it: actors watch surrounded --cluster ·", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Address, terminal.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("watch", "surrounded", "--cluster"));
    }

    [Fact]
    public async Task Profiles_Listed_ShowWhereThePasswordComesFromAndNeverThePassword()
    {
        Write("lab:\n  cluster: redis://10.0.0.5:6379\n  cluster_id: blue\n  password_variable: LAB_PASSWORD\nhome:\n  cluster: localhost:30000\n");
        terminal.Environment["LAB_PASSWORD"] = "secret";

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("profiles"));

        Assert.Matches("lab.*redis://10.0.0.5:6379.*blue.*LAB_PASSWORD", terminal.Output);
        Assert.Matches("home.*localhost:30000.*actors", terminal.Output);
        Assert.DoesNotContain("secret", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_NoFile_SaysWhereItWouldBe()
    {
        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("profiles"));
        Assert.Contains(ProfilesFile, terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_FaultyFile_TellsEveryFaultWithItsLine()
    {
        Write("lab:\n  cluster: redis://10.0.0.5:6379,secret\n  adress: x\nhome:\n  cluster: nowhere\n  password_variable: P\nempty:\n");

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--profile", "lab"));

        Assert.All(
            [
                $"{ProfilesFile}:2: lab.cluster must not hold a password",
                $"{ProfilesFile}:3: Key 'lab.adress'",
                $"{ProfilesFile}:5: home.cluster must be",
                $"{ProfilesFile}:6: home.password_variable",
                $"{ProfilesFile}:7: empty.cluster is required",
            ],
            fault => Assert.Contains(fault, terminal.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_UnknownOrAmbiguousOrWithoutPassword_SaysWhatToDo()
    {
        Write("lab:\n  cluster: redis://127.0.0.1:1\n  password_variable: LAB_PASSWORD\n");

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--profile", "lba"));
        Assert.Contains("Did you mean 'lab'?", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--profile", "lab", "--cluster", "localhost:1"));
        Assert.Contains("Give one of them", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("nodes", "--profile", "lab"));
        Assert.Contains("LAB_PASSWORD, which is not set", terminal.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string yaml)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ProfilesFile)!);
        File.WriteAllText(ProfilesFile, yaml);
    }
}
