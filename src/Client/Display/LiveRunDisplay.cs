using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Spectre.Console;

namespace Actors.Client.Display;

/// <summary>A bar for the run and a row per modality, drawn over and over in a terminal.</summary>
internal sealed class LiveRunDisplay(IAnsiConsole console, TimeProvider time) : IRunDisplay
{
    // Often enough to look alive, seldom enough to cost nothing.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<RunProgress> ShowAsync(RunOutline outline, IAsyncEnumerable<RunEvent> events, CancellationToken cancellation)
    {
        foreach ((string name, string value) in outline.Lines())
        {
            console.Write(new Text($"{name,-11}{value}{Environment.NewLine}"));
        }

        var progress = new RunProgress(outline.TotalSteps);
        var view = new RunView(outline, progress, console.Profile.Capabilities.Unicode);
        DateTimeOffset start = time.GetUtcNow();
        await console.Live(view.Draw(TimeSpan.Zero)).StartAsync(async live =>
        {
            await using IAsyncEnumerator<RunEvent> enumerator = events.GetAsyncEnumerator(cancellation);
            Task<bool> next = enumerator.MoveNextAsync().AsTask();
            DateTimeOffset drawn = DateTimeOffset.MinValue;
            while (true)
            {
                await Task.WhenAny(next, Task.Delay(Pause, time, cancellation));
                if (next.IsCompleted)
                {
                    if (!await next)
                    {
                        break;
                    }

                    progress.Apply(enumerator.Current);
                    await TellAsync(enumerator.Current);
                    next = enumerator.MoveNextAsync().AsTask();
                }

                DateTimeOffset now = time.GetUtcNow();
                if (now - drawn >= Pause)
                {
                    drawn = now;
                    live.UpdateTarget(view.Draw(now - start));
                }
            }

            live.UpdateTarget(view.Draw(time.GetUtcNow() - start));
        });
        return progress;
    }

    // Through the console that draws the live part, which puts it above that part: it stays, and nothing is drawn over it.
    // As wide as the console, for it is written over the part's first line without erasing that.
    public Task NoteAsync(string line)
    {
        console.Write(new Rows(Align.Left(new Text(line))));
        return Task.CompletedTask;
    }

    private Task TellAsync(RunEvent happened)
    {
        string? line = happened switch
        {
            StatusEvent status => $"{status.Status.Word(),-11}{StatusText.Of(status)}",
            EvaluationEvent evaluation =>
                $"{evaluation.Split,-11}epoch {evaluation.Epoch}: accuracy {Figures.Percent(evaluation.Accuracy)} % "
                + $"loss {Figures.Value(evaluation.Loss)}{(evaluation.Best ? " (best)" : "")}",
            _ => null,
        };
        return line is null ? Task.CompletedTask : NoteAsync(line);
    }
}
