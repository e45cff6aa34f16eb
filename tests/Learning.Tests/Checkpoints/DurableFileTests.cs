using Actors.Learning.Checkpoints;

namespace Actors.Learning.Tests.Checkpoints;

public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-durable-").FullName;

    private string File => Path.Combine(folder, "predictions.csv");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TryReplace_NotTheCallersAnyMore_FileAndDraftsOfTheNewerOwnerStay()
    {
        string draft = $"{File}.newer.draft";
        System.IO.File.WriteAllText(File, "newer");
        System.IO.File.WriteAllText(draft, "newest");

        Assert.False(DurableFile.TryReplace(File, "older", () => false));

        Assert.Equal("newer", System.IO.File.ReadAllText(File));
        Assert.Equal([File, draft], Directory.GetFiles(folder).Order());
    }

    [Fact]
    public void TryReplace_NewerOwnerWritesBetweenTheQuestionAndTheRename_NewerStays()
    {
        int asked = 0;

        Assert.False(DurableFile.TryReplace(File, "older", () =>
        {
            if (++asked == 2) // its draft is written
            {
                Assert.True(DurableFile.TryReplace(File, "newer", () => true));
            }

            return true; // the owner then, who hangs before the rename
        }));

        Assert.Equal("newer", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFiles(folder));
    }
}
