using System.Text;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Display;

/// <summary>A line of key=value per event, for files and pipes.</summary>
internal sealed class PlainRunDisplay(TextWriter writer) : IRunDisplay
{
    public async Task<RunProgress> ShowAsync(RunOutline outline, IAsyncEnumerable<RunEvent> events, CancellationToken cancellation)
    {
        foreach ((string name, string value) in outline.Lines())
        {
            await writer.WriteLineAsync($"{name}={Quote(value)}");
        }

        var progress = new RunProgress(outline.TotalSteps);
        await foreach (RunEvent happened in events.WithCancellation(cancellation))
        {
            progress.Apply(happened);
            await writer.WriteLineAsync(Line(happened, progress));
            await writer.FlushAsync(cancellation);
        }

        return progress;
    }

    public Task NoteAsync(string line) => writer.WriteLineAsync(line);

    private static string Line(RunEvent happened, RunProgress progress)
    {
        var line = new StringBuilder();
        string total = progress.TotalSteps is { } steps ? $"/{Figures.Whole(steps)}" : "";
        switch (happened)
        {
            case StatusEvent status:
                Append(
                    line,
                    ("status", status.Status.Word()), ("step", Figures.Whole(status.Step)), ("message", Quote(StatusText.Of(status))));
                break;
            case StepEvent step:
                Append(
                    line,
                    ("step", Figures.Whole(step.Step) + total), ("epoch", Figures.Whole(step.Epoch + 1)), ("loss", Figures.Value(step.Loss)),
                    ("accuracy", Figures.Percent(step.Accuracy)), ("learning_rate", Figures.Short(step.LearningRate)),
                    ("samples_per_s", Figures.Short(step.SamplesPerSecond)),
                    ("steps_per_s", progress.StepsPerSecond is { } speed ? Figures.Short(speed) : "-"), ("remaining", Figures.Duration(progress.Remaining)));
                foreach (ModalityStep modality in step.Modalities)
                {
                    Append(
                        line,
                        ($"{modality.Name}.loss", Figures.Value(modality.Loss)), ($"{modality.Name}.accuracy", Figures.Percent(modality.Accuracy)),
                        ($"{modality.Name}.s", Figures.Value(modality.Score)), ($"{modality.Name}.r", Figures.Value(modality.Ratio)),
                        ($"{modality.Name}.k", Figures.Value(modality.Coefficient)), ($"{modality.Name}.gradient_norm", Figures.Value(modality.GradientNorm)));
                }

                break;
            case RoundEvent round:
                Append(
                    line,
                    ("round", Figures.Whole(round.Round)), ("step", Figures.Whole(round.Step)), ("participants", Figures.Whole(round.ParticipantCount)),
                    ("contributions", Figures.Whole(round.ContributionCount)), ("samples", Figures.Whole(round.SampleCount)),
                    ("late", Quote(string.Join(",", round.Late))), ("lost", Quote(string.Join(",", round.Lost))), ("away", Quote(string.Join(",", round.Away))),
                    ("moved", Quote(string.Join(",", round.Moved))), ("seconds", Figures.Short(round.Seconds)));
                break;
            case EvaluationEvent evaluation:
                Append(
                    line,
                    ("evaluation", evaluation.Split), ("step", Figures.Whole(evaluation.Step)), ("epoch", Figures.Whole(evaluation.Epoch)),
                    ("samples", Figures.Whole(evaluation.SampleCount)), ("loss", Figures.Value(evaluation.Loss)),
                    ("accuracy", Figures.Percent(evaluation.Accuracy)), ("macro_f1", Figures.Percent(evaluation.MacroF1)),
                    ("calibration_error", Figures.Percent(evaluation.CalibrationError)), ("best", evaluation.Best ? "true" : "false"));
                foreach (ModalityAccuracy modality in evaluation.Modalities)
                {
                    Append(line, ($"{modality.Name}.accuracy", Figures.Percent(modality.Accuracy)));
                }

                break;
            case CheckpointEvent checkpoint:
                Append(
                    line,
                    ("checkpoint", Quote(checkpoint.Folder)), ("step", Figures.Whole(checkpoint.Step)), ("bytes", Figures.Whole(checkpoint.Bytes)),
                    ("seconds", Figures.Short(checkpoint.Seconds)));
                break;
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        foreach ((string key, string value) in pairs)
        {
            line.Append(line.Length == 0 ? "" : " ").Append(key).Append('=').Append(value);
        }
    }

    // One event stays one line whatever its message holds.
    private static string Quote(string text) => text.AsSpan().IndexOfAny(" \"\r\n=") < 0
        ? text
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n")}\"";
}
