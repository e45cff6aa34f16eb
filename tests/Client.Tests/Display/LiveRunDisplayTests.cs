using Actors.Client.Display;
using Spectre.Console;

namespace Actors.Client.Tests.Display;

public class LiveRunDisplayTests
{
    [Fact]
    public async Task ShowAsync_RecordedRun_ShowsBarAndARowAModality()
    {
        var writer = new StringWriter();
        IAnsiConsole console = Console(writer);

        RunProgress progress = await new LiveRunDisplay(console, TimeProvider.System).ShowAsync(RecordedRun.Outline(), RecordedRun.Stream(), TestContext.Current.CancellationToken);

        string text = writer.ToString();
        Assert.Contains("step        70/100 epoch    2/12    15.0 it/s", text, StringComparison.Ordinal);
        Assert.Matches(@"audio\s.*1\.5000.*50\.00.*0\.8000.*0\.5000.*0\.7689.*3\.2500", text);
        Assert.Contains("validation epoch 1: accuracy 50.00 % loss 1.2500 (best)", text, StringComparison.Ordinal);
        Assert.Equal(70, progress.Step);
    }

    [Fact]
    public void Draw_BeforeAndAfterSteps_IsAsWideAndHigh()
    {
        var progress = new RunProgress(100);
        var view = new RunView(RecordedRun.Outline(), progress, isUnicode: true);
        string[] before = Lines(view, TimeSpan.Zero);
        foreach (var happened in RecordedRun.Events)
        {
            progress.Apply(happened);
        }

        string[] after = Lines(view, TimeSpan.FromHours(3));

        Assert.Equal(before.Select(line => line.Length), after.Select(line => line.Length));
    }

    private static string[] Lines(RunView view, TimeSpan elapsed)
    {
        var writer = new StringWriter();
        Console(writer).Write(view.Draw(elapsed));
        return [.. writer.ToString().Split(Environment.NewLine).Select(line => line.TrimEnd())];
    }

    private static IAnsiConsole Console(StringWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = 140;
        return console;
    }
}
