using System.Globalization;
using Actors.Learning.Checkpoints;
using CsvHelper;

namespace Actors.Learning.Evaluation;

/// <summary>Predictions of a split as CSV: id, label, then predicted class, confidence and loss of each output.</summary>
public static class PredictionFile
{
    /// <summary>Name of the file of the test split, in a run's folder.</summary>
    public const string TestName = "predictions-test.csv";

    /// <summary>Name of the fusion's output, beside those of the modalities.</summary>
    public const string Fused = "fused";

    /// <summary>Writes the file whole, if it still is the caller's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="predictions">What is in it.</param>
    /// <param name="isOwn">False once another has taken the run's folder over.</param>
    /// <returns>False where it is not: the file is as it was.</returns>
    public static bool TryWrite(string path, SplitPredictions predictions, Func<bool> isOwn)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture, leaveOpen: true))
        {
            (string Name, OutputPredictions Output)[] outputs =
                [(Fused, predictions.Fused), .. predictions.Unimodal.Where(u => u.Value is not null).Select(u => (u.Key, u.Value!))];
            csv.WriteField("id");
            csv.WriteField("label");
            foreach ((string name, _) in outputs)
            {
                csv.WriteField($"{name}_predicted");
                csv.WriteField($"{name}_confidence");
                csv.WriteField($"{name}_loss");
            }

            csv.NextRecord();
            for (int row = 0; row < predictions.Ids.Count; row++)
            {
                csv.WriteField(predictions.Ids[row]);
                csv.WriteField(predictions.Labels[row]);
                foreach ((_, OutputPredictions output) in outputs)
                {
                    csv.WriteField(output.Predicted[row]);
                    csv.WriteField(output.Confidence[row]);
                    csv.WriteField(output.Losses[row]);
                }

                csv.NextRecord();
            }
        }

        return DurableFile.TryReplace(path, text.ToString(), isOwn);
    }

    /// <summary>Reads the file back.</summary>
    /// <exception cref="InvalidDataException">The file is not one of these; names it.</exception>
    public static SplitPredictions Read(string path)
    {
        using var text = new StreamReader(path);
        return Read(text, path);
    }

    /// <summary>Reads the file's text back.</summary>
    /// <param name="text">What is in the file.</param>
    /// <param name="path">Names it in errors.</param>
    /// <exception cref="InvalidDataException">The text is not of one of these; names the file.</exception>
    public static SplitPredictions Read(TextReader text, string path)
    {
        try
        {
            using var csv = new CsvReader(text, CultureInfo.InvariantCulture, leaveOpen: true);
            csv.Read();
            csv.ReadHeader();
            string[] names = [.. csv.HeaderRecord!.Where(h => h.EndsWith("_predicted", StringComparison.Ordinal)).Select(h => h[..^"_predicted".Length])];
            var ids = new List<string>();
            var labels = new List<int>();
            var columns = names.ToDictionary(n => n, _ => (Predicted: new List<int>(), Confidence: new List<float>(), Losses: new List<float>()));
            while (csv.Read())
            {
                ids.Add(csv.GetField<string>("id")!);
                labels.Add(csv.GetField<int>("label"));
                foreach (string name in names)
                {
                    columns[name].Predicted.Add(csv.GetField<int>($"{name}_predicted"));
                    columns[name].Confidence.Add(csv.GetField<float>($"{name}_confidence"));
                    columns[name].Losses.Add(csv.GetField<float>($"{name}_loss"));
                }
            }

            OutputPredictions Output(string name) => new([.. columns[name].Predicted], [.. columns[name].Confidence], [.. columns[name].Losses]);
            return new SplitPredictions(
                ids, labels, Output(Fused), [.. names.Where(n => n != Fused).Select(n => KeyValuePair.Create(n, (OutputPredictions?)Output(n)))]);
        }
        catch (Exception failure) when (failure is CsvHelperException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"{path}: not a file of predictions ({failure.Message.Split('\n')[0].Trim()}). Run 'actors evaluate' to write it anew.", failure);
        }
    }
}
