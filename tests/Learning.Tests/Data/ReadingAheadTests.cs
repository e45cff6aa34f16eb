using Actors.Learning.Data;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Devices;
using Actors.Learning.Tests.Data.Manifest;

namespace Actors.Learning.Tests.Data;

/// <summary>Files are decoded ahead of the training, on other threads, so that a warm feed stalls no step.</summary>
public sealed class ReadingAheadTests : IDisposable
{
    private const int Ahead = BatchFeed.Ahead, BatchSize = 4, Rows = 12;

    private readonly string folder = Directory.CreateTempSubdirectory("actors-ahead-").FullName;
    private readonly ManifestDataset data;
    private readonly PacedDataset paced;
    private readonly BatchFeed feed;

    public ReadingAheadTests()
    {
        string csv = Path.Combine(folder, "data.csv");
        var lines = new List<string> { "id,label,split,mic" };
        for (int i = 0; i < Rows + 2; i++)
        {
            MediaFiles.WriteWav(Path.Combine(folder, $"{i}.wav"), hertz: 300 + (10 * i));
            lines.Add($"s{i},cat,{(i < Rows ? "train" : i == Rows ? "validation" : "test")},{i}.wav");
        }

        File.WriteAllLines(csv, lines);
        var small = new AudioOptions { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };
        // Each is decoded every time.
        data = ManifestDataset.Open(csv, new ManifestOptions { Audio = new Dictionary<string, AudioOptions> { ["mic"] = small }, MemoryBytes = 0 });
        paced = new PacedDataset(data);
        var sampler = new BatchSampler(data.Samples(Split.Train), new SamplerOptions(2, 0, 1, BatchSize, false));
        feed = new BatchFeed(paced, "mic", sampler, DeviceName.Cpu);
    }

    [Fact]
    public void Take_TrainingSlowerThanDecoding_StallsNoStepOnceWarm()
    {
        feed.Take(0).Dispose(); // nothing could be ready for it
        for (int step = 1; step <= 5 * Rows / BatchSize; step++) // over the ends of epochs too
        {
            paced.WaitForLoads(step + Ahead); // the feed reads as far ahead as it may, and no further
            paced.Hold(); // what is not ready cannot be taken
            feed.Take(step).Dispose();
            paced.Release();
        }

        Assert.DoesNotContain(Environment.CurrentManagedThreadId, paced.Threads.Keys);
    }

    [Fact]
    public void Take_WhileALoadTakesLong_TakesWhatIsReady()
    {
        feed.Take(0).Dispose();
        paced.WaitForLoads(1 + Ahead);
        paced.Hold();
        for (int step = 1; step < Ahead; step++) // but one: the last load may still be on its way to the feed
        {
            feed.Take(step).Dispose();
        }

        paced.Release();
    }

    public void Dispose()
    {
        paced.Release();
        feed.Dispose();
        paced.Dispose();
        data.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
