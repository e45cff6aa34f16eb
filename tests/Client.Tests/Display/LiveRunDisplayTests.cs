using Actors.Client.Display;
using Actors.Contracts.Events;
using Spectre.Console;

namespace Actors.Client.Tests.Display;

public class LiveRunDisplayTests
{
    private const int Width = 140;

    [Fact]
    public async Task ShowAsync_RecordedRun_ShowsBarAndARowAModality()
    {
        var writer = new StringWriter();
        IAnsiConsole console = Console(writer);

        RunProgress progress = await new LiveRunDisplay(console, TimeProvider.System).ShowAsync(
            RecordedRun.Outline(), RecordedRun.Stream(), TestContext.Current.CancellationToken);

        string text = writer.ToString();
        Assert.Contains("step        70/100 epoch    2/12    15.0 it/s", text, StringComparison.Ordinal);
        Assert.Matches(@"audio\s.*1\.5000.*50\.00.*0\.8000.*0\.5000.*0\.7689.*3\.2500", text);
        Assert.Contains("validation epoch 1: accuracy 50.00 % loss 1.2500 (best)", text, StringComparison.Ordinal);
        Assert.Equal(70, progress.Step);
    }

    [Fact]
    public async Task NoteAsync_WhileTheRunIsDrawn_StandsAboveWhatIsDrawn()
    {
        const string Note = "stopping after this step";
        var writer = new StringWriter();
        var display = new LiveRunDisplay(Console(writer, AnsiSupport.Yes), TimeProvider.System);

        await display.ShowAsync(RecordedRun.Outline(), Noted(), TestContext.Current.CancellationToken);

        string[] parts = writer.ToString().Split(Note);
        Assert.Equal(2, parts.Length);
        Assert.Matches(@"\r\e\[\d+A$", parts[0]); // back at the first line of what is drawn,
        Assert.StartsWith(new string(' ', Width - Note.Length) + Environment.NewLine, parts[1]); // which it covers whole,
        Assert.Matches("^ *\r?\n[^\e]*/100 epoch", parts[1]); // and which is drawn again below

        async IAsyncEnumerable<RunEvent> Noted()
        {
            await foreach (RunEvent happened in RecordedRun.Stream())
            {
                yield return happened;
            }

            await display.NoteAsync(Note);
        }
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

    private static IAnsiConsole Console(StringWriter writer, AnsiSupport ansi = AnsiSupport.No)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = ansi,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Width;
        return console;
    }
}
