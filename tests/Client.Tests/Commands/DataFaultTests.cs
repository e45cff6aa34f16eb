namespace Actors.Client.Tests.Commands;

/// <summary>What only the opened data can show is told before a run begins, with the line to change, and leaves nothing behind.</summary>
public sealed class DataFaultTests : IDisposable
{
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="; // one pixel

    private readonly string folder = Directory.CreateTempSubdirectory("actors-faults-").FullName;

    [Fact]
    public async Task Train_ShardColumnAndEncoderThatDoNotFit_TellsAllWithTheirLinesAndLeavesNoFolder()
    {
        File.WriteAllBytes(Path.Combine(folder, "face.png"), Convert.FromBase64String(Picture));
        File.WriteAllLines(
            Path.Combine(folder, "data.csv"),
            [
                "id,label,split,shard,face,back",
                .. new[] { "a", "a", "b" }.Select((shard, i) => $"s{i},cat,train,{shard},face.png,face.png"),
                "v,cat,validation,a,face.png,face.png",
                "t,cat,test,b,face.png,face.png",
            ]);
        string yaml = Path.Combine(folder, "run.yaml");
        File.WriteAllText(yaml, """
            data: {dataset: manifest, path: data.csv, modalities: {face: {format: image, height: 8, width: 8}, back: {format: image, height: 8, width: 8}}}
            modalities:
              face: {}
              back:
                depth: 4
            training:
              shards: 3
              batch_size: 2
            """);
        var terminal = new Terminal();

        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("train", yaml, "--output", Path.Combine(folder, "runs")));

        Assert.Contains(
            $"{yaml}:7: training.shards must be the number of shards that the data names, 2 (a, b), but is '3'.", terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"{yaml}:8: training.batch_size must be at most the smallest shard, 1 samples", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("shard 'b' has 1", terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"{yaml}:5: modalities.back: Encoder 'convnet' of depth 4", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was started.", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "runs")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
