using System.Text.Json;
using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Client.Tests.Display;

namespace Actors.Client.Tests.Running;

public sealed class RunHistoryTests : IDisposable
{
    private readonly RunFolder folder = new();

    [Fact]
    public void Read_WrittenEvents_AreTheSame() =>
        Assert.Equal(
            RecordedRun.Events.Select(happened => JsonSerializer.Serialize<object>(happened)),
            RunHistory.Read(folder.Write("a", accuracy: 0.45)).Select(happened => JsonSerializer.Serialize<object>(happened)));

    [Fact]
    public void Read_LastLineCutOff_LeavesItOut() =>
        Assert.Equal(RecordedRun.Events.Count, RunHistory.Read(folder.Write("a", end: "{\"kind\":\"step\",\"seq")).Count);

    [Theory]
    [InlineData("what")]
    [InlineData("{}")]
    public void Read_DamagedLine_NamesFileAndLine(string line)
    {
        var failure = Assert.Throws<CommandFailure>(() => RunHistory.Read(folder.Write("a", end: line + "\n")));

        Assert.Contains($"metrics.jsonl:{RecordedRun.Events.Count + 1}: ", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
