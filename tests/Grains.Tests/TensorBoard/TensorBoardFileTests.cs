using System.Buffers.Binary;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.TensorBoard;
using Tensorboard;

namespace Actors.Grains.Tests.TensorBoard;

public sealed class TensorBoardFileTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Run_StoppedNowAndResumed_CurvesAreThoseOfTheMetrics()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 6);
        configuration = configuration with { Checkpoint = configuration.Checkpoint with { EveryEpochs = 100 } }; // so that all is taken again
        string folder = silo.NewFolder();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.yaml"), "seed: 1");
        bool wereThere = false;
        await silo.RunAsync(configuration, folder, false, (run, e) =>
        {
            wereThere |= e is StepEvent { Step: > 3 } && Curves(folder).Length > 0; // while it trains
            return e is StepEvent { Step: >= 5 } ? run.StopAsync(true) : Task.CompletedTask;
        });
        Assert.True(wereThere);
        Point[] before = Curves(folder);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, resume: true);

        Point[] expected = [.. events.SelectMany(told => TensorBoardScalars.Of(told).Select(point => new Point(point.Tag, told.Step, (float)point.Value)))];
        Assert.Equal(2, Files(folder).Length);
        Assert.Equal(expected.Order(), Curves(folder).Order());
        Assert.NotEmpty(before);
        Assert.Contains(expected, point => point.Tag == "train/loss/m0");
        Assert.Contains("seed: 1", Read(Files(folder)[0])[2].Summary.Value[0].Tensor.StringVal[0].ToStringUtf8());
    }

    [Fact]
    public void Write_FolderThatCannotBeMade_IsMadeGoodWithTheNextEvents()
    {
        string folder = silo.NewFolder();
        Directory.CreateDirectory(folder);
        string obstacle = Path.Combine(folder, "tb");
        File.WriteAllText(obstacle, "");
        var file = new TensorBoardFile(folder);
        file.Write([Round(1)]);
        File.Delete(obstacle);
        file.Write([Round(2)]);
        Assert.Equal([1, 2], Curves(folder).Where(point => point.Tag == "round/number").Select(point => point.Value));
    }

    [Fact]
    public void MaskedChecksum_KnownText_IsTheKnownOne()
    {
        // CRC-32C of "123456789" is E3069283; masked: rotated right by 15, plus A282EAD8.
        uint crc = 0xE3069283;
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xA282EAD8, TensorBoardRecord.MaskedChecksum("123456789"u8));
    }

    private static RoundEvent Round(long number) => new()
    {
        Sequence = number, Time = DateTimeOffset.UnixEpoch, Step = number * 10, Round = number, ParticipantCount = 2, ContributionCount = 2,
        SampleCount = 64, Late = [], Lost = [], Away = [], Seconds = .5,
    };

    /// <summary>What TensorBoard shows: the files in the order of their names; at the start of a session it drops that step and later ones.</summary>
    private static Point[] Curves(string folder)
    {
        var points = new List<Point>();
        foreach (string file in Files(folder))
        {
            Event[] events = [.. Read(file)];
            Assert.Equal("brain.Event:2", events[0].FileVersion);
            foreach (Event read in events)
            {
                if (read.SessionLog is { Status: SessionLog.Types.SessionStatus.Start })
                {
                    points.RemoveAll(point => point.Step >= read.Step);
                }

                points.AddRange((read.Summary?.Value ?? [])
                    .Where(value => value.Tensor is null)
                    .Select(value => new Point(value.Tag, read.Step, value.SimpleValue)));
            }
        }

        return [.. points];
    }

    private static string[] Files(string folder) =>
        Directory.Exists(Path.Combine(folder, "tb")) ? [.. Directory.GetFiles(Path.Combine(folder, "tb")).Order(StringComparer.Ordinal)] : [];

    private static List<Event> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var read = new List<Event>(); // by TensorBoard's own messages
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(TensorBoardRecord.MaskedChecksum(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(TensorBoardRecord.MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            read.Add(Event.Parser.ParseFrom(data));
            at += 16 + length;
        }

        return read;
    }

    private readonly record struct Point(string Tag, long Step, float Value) : IComparable<Point>
    {
        public int CompareTo(Point other) => (Tag, Step, Value).CompareTo((other.Tag, other.Step, other.Value));
    }
}
