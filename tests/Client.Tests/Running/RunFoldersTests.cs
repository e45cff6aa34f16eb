using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Client.Tests.Configuration;

namespace Actors.Client.Tests.Running;

public sealed class RunFoldersTests : IDisposable
{
    private readonly RunFolder folder = new();

    [Theory]
    [InlineData("alpha-1")]
    [InlineData("alpha")]
    [InlineData("be")]
    public void Find_NameOrUniqueBeginning_IsFound(string run)
    {
        folder.Write("alpha");
        folder.Write("alpha-1");
        folder.Write("beta");

        Assert.StartsWith(run, Path.GetFileName(new RunFolders(folder.Root).Find(run)), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Path_IsFoundFromAnywhere()
    {
        string path = folder.Write("alpha");

        Assert.Equal(path, new RunFolders("/nowhere").Find(path));
    }

    [Theory]
    [InlineData("alp", "must begin the name of one run, but begins 2: alpha-0, alpha-1")]
    [InlineData("alpha-00", "Did you mean 'alpha-0'?")]
    public void Find_NoneOrSeveral_IsRefused(string run, string message)
    {
        folder.Write("alpha-0");
        folder.Write("alpha-1");

        var failure = Assert.Throws<CommandFailure>(() => new RunFolders(folder.Root).Find(run));

        Assert.Equal(ExitCode.BadInput, failure.ExitCode);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OneOfTwoIsThere_MakesNone()
    {
        string taken = folder.Write("b");
        var configuration = Configurations.Resolve(Configurations.Shortest);

        var failure = Assert.Throws<CommandFailure>(
            () => new RunFolders(folder.Root).Create([configuration with { Name = "a" }, configuration with { Name = "b" }]));

        Assert.Equal([taken], failure.Faults);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "a")));
    }

    [Fact]
    public void Create_SecondCannotBeWritten_LeavesNeitherNameTaken()
    {
        const int Longest = 4095; // of a path, on Linux; a folder may have what its files may not
        var configuration = Configurations.Resolve(Configurations.Shortest);
        string root = folder.Root;
        while (root.Length < Longest - 210)
        {
            root = Path.Combine(root, new string('d', Math.Min(200, Longest - 210 - root.Length)));
        }

        string second = new('b', Longest - 5 - (root.Length + 1));

        Assert.ThrowsAny<IOException>(() => new RunFolders(root).Create([configuration with { Name = "a" }, configuration with { Name = second }]));

        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void Create_TwoOfOneNameAtOnce_OneIsMadeAndTheOtherRefused()
    {
        const int Rounds = 100;
        var configuration = Configurations.Resolve(Configurations.Shortest);
        using var barrier = new Barrier(2);
        Exception?[][] ends = [new Exception?[Rounds], new Exception?[Rounds]];
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, who =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                ends[who][round] = Record.Exception(() => new RunFolders(folder.Root).Create([configuration with { Name = $"round{round}", Seed = who }]));
            }
        });

        for (int round = 0; round < Rounds; round++)
        {
            int winner = Array.FindIndex(ends, end => end[round] is null);
            Assert.True(winner >= 0, $"Round {round}: {ends[0][round]} {ends[1][round]}");
            Assert.Contains("must be new", Assert.IsType<CommandFailure>(ends[1 - winner][round]).Message, StringComparison.Ordinal);
            Assert.Equal(winner, RunFolders.Configuration(Path.Combine(folder.Root, $"round{round}")).Configuration.Seed);
        }

        Assert.Equal(Rounds, Directory.GetDirectories(folder.Root).Length);
    }

    [Fact]
    public void Discard_RunThatBegan_Stays()
    {
        string began = folder.Write("began");
        string never = new RunFolders(folder.Root).Create([Configurations.Resolve(Configurations.Shortest)])[0];

        RunFolders.Discard(began);
        RunFolders.Discard(never);

        Assert.True(Directory.Exists(began));
        Assert.False(Directory.Exists(never));
    }

    public void Dispose() => folder.Dispose();
}
