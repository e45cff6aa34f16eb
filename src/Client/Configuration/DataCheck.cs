using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Data;
using Actors.Learning.Training;

namespace Actors.Client.Configuration;

/// <summary>Finds what a configuration asks of the opened data that it does not have.</summary>
internal static class DataCheck
{
    /// <param name="reading">A configuration without faults of its own.</param>
    /// <param name="data">The opened data; not owned.</param>
    /// <remarks>Makes each encoder once: call it where torch may compute.</remarks>
    /// <exception cref="ConfigurationException">Something does not fit; all of it is listed.</exception>
    public static void Run(ConfigurationReading reading, IDataset data)
    {
        var faults = new FaultList();
        RunConfiguration configuration = reading.Configuration;
        string[] known = [.. data.Modalities.Select(modality => modality.Name)];
        foreach (ModalityConfiguration modality in configuration.Modalities.Where(modality => !known.Contains(modality.Name)))
        {
            faults.Add(
                reading.OriginOf($"modalities.{modality.Name}"),
                $"modalities.{modality.Name} must be a modality of dataset {configuration.Data.Dataset}, but is none. "
                + NearestName.Hint(modality.Name, known));
        }

        foreach ((string key, string text) in DataFit.Faults(data, LearningOptions.Training(configuration)))
        {
            faults.Add(reading.OriginOf(key), text);
        }

        faults.ThrowIfAny();
    }
}
