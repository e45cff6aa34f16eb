using System.Globalization;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.TensorBoard;

/// <summary>
/// A generation's curves for TensorBoard, which reads them while the run is under way: a file of its own in the run's <c>tb</c>, only ever appended to.
/// </summary>
/// <remarks>
/// It begins with the start of a session at the next step: there TensorBoard drops what older files told of that step and later ones, as <c>metrics.jsonl</c>
/// does.
/// Files are numbered, since TensorBoard reads them in the order of their names. Used from one thread at a time.
/// </remarks>
internal sealed class TensorBoardFile(string runFolder)
{
    private const string Prefix = "events.out.tfevents.";

    private readonly List<RunEvent> untold = []; // a full disk may have room again later
    private readonly string folder = Path.Combine(runFolder, "tb");
    private string? path;
    private long firstStep;

    /// <summary>Says which step comes next. The file is made with its first point.</summary>
    public void Begin(long step) => firstStep = step;

    /// <summary>Appends the points of events. What cannot be written is tried again with the next ones.</summary>
    public void Write(IEnumerable<RunEvent> events)
    {
        untold.AddRange(events.Where(told => TensorBoardScalars.Of(told).Any()));
        if (untold.Count == 0)
        {
            return;
        }

        try
        {
            path ??= Next();
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            long whole = file.Length;
            try
            {
                file.Write(Records(isNew: whole == 0));
                untold.Clear();
            }
            catch (IOException)
            {
                file.SetLength(whole); // a record that is cut short would hide those after it
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk is full or closed to us. metrics.jsonl is on it too, and checkpoints tell the person.
        }
    }

    private byte[] Records(bool isNew)
    {
        using var records = new MemoryStream();
        if (isNew)
        {
            double now = Seconds(untold[0]);
            TensorBoardRecord.Write(records, TensorBoardRecord.Version(now));
            TensorBoardRecord.Write(records, TensorBoardRecord.SessionStart(now, firstStep));
            string configuration = Path.Combine(runFolder, RunFiles.Configuration);
            if (File.Exists(configuration))
            {
                TensorBoardRecord.Write(records, TensorBoardRecord.Text(now, firstStep, "config", $"```\n{File.ReadAllText(configuration)}\n```"));
            }
        }

        foreach (RunEvent told in untold)
        {
            foreach ((string tag, double value) in TensorBoardScalars.Of(told))
            {
                TensorBoardRecord.Write(records, TensorBoardRecord.Scalar(Seconds(told), told.Step, tag, (float)value));
            }
        }

        return records.ToArray();
    }

    private string Next()
    {
        Directory.CreateDirectory(folder);
        long last = Directory.EnumerateFiles(folder, $"{Prefix}*")
            .Select(file => Path.GetFileName(file)[Prefix.Length..].Split('.')[0])
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)
            .DefaultIfEmpty().Max();
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{last + 1:D10}.actors"));
    }

    private static double Seconds(RunEvent told) => told.Time.ToUnixTimeMilliseconds() / 1000.0;
}
