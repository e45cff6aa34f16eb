using Actors.Learning.Native;
using TorchSharp;

namespace Actors.Learning.Tests.Native;

public sealed class TorchVersionTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("actors-torch-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void Of_FolderOfAPyTorch_IsWhatItsVersionFileSays()
    {
        string lib = root.CreateSubdirectory("torch/lib").FullName;
        Assert.Null(TorchVersion.Of(lib));
        File.WriteAllText(
            Path.Combine(root.FullName, "torch", "version.py"),
            "__all__ = ['__version__', 'debug']\n__version__ = '2.11.0+cu130'\ndebug = False\ncuda: Optional[str] = '13.0'\n");
        Assert.Equal("2.11.0+cu130", TorchVersion.Of(lib));
        Assert.Equal("2.11.0+cu130", TorchVersion.Of($"{lib}/"));
    }

    [Fact]
    public void Of_FolderOfAPackage_IsThePackages() =>
        Assert.Equal("2.10.0", TorchVersion.Of("/home/a/.nuget/packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native"));

    [Theory]
    [InlineData("2.10.0", true)]
    [InlineData("2.11.0+cu130", true)]
    [InlineData(null, true)] // nothing tells: tried
    [InlineData("2.4.0+cu121", false)]
    [InlineData("2.1.2", false)]
    [InlineData("2.12.0", false)]
    [InlineData("2.100.0", false)]
    [InlineData("3.10.0", false)]
    public void IsKnown_Version_IsOneThatWasRun(string? version, bool expected) =>
        Assert.Equal(expected, TorchVersion.IsKnown(version));

    [Fact]
    public void BuiltFor_ThisTorchSharp_IsWhatItSays() =>
        Assert.StartsWith(TorchVersion.BuiltFor, torch.__version__, StringComparison.Ordinal);

    [Fact]
    public void Version_OfWhatIsLoaded_IsReadWhereItLies() => Assert.Matches(@"^2\.1[01]\.\d", TorchLibrary.Version);
}
