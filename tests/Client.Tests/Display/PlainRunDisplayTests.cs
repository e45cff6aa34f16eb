using Actors.Client.Display;

namespace Actors.Client.Tests.Display;

public class PlainRunDisplayTests
{
    [Fact]
    public async Task ShowAsync_RecordedRun_WritesALineAnEvent()
    {
        var writer = new StringWriter();

        await new PlainRunDisplay(writer).ShowAsync(RecordedRun.Outline(), RecordedRun.Stream(), TestContext.Current.CancellationToken);

        string[] lines = writer.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Contains("seed=0", lines);
        Assert.Contains("samples=\"audio 320 image 320\"", lines);
        Assert.Equal(RecordedRun.Events.Count, lines.SkipWhile(line => !line.StartsWith("status=", StringComparison.Ordinal)).Count());
        Assert.Contains("status=running step=0 message=\"training on \\\"cpu:0\\\"\"", lines);
        Assert.Contains(
            "step=30/100 epoch=1 loss=1.1000 accuracy=25.00 learning_rate=0.05 samples_per_s=640 steps_per_s=20 remaining=0:00:03"
            + " audio.loss=1.5000 audio.accuracy=50.00 audio.s=0.8000 audio.r=0.5000 audio.k=0.7689 audio.gradient_norm=3.2500"
            + " image.loss=- image.accuracy=- image.s=0.4000 image.r=2.0000 image.k=2.5000 image.gradient_norm=1.1250",
            lines);
        Assert.Contains("checkpoint=\"checkpoints/step=30\" step=30 bytes=1234 seconds=0.02", lines);
        Assert.DoesNotContain('\u001b', writer.ToString());
    }
}
