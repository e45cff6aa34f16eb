using Actors.Contracts.Runs;
using Actors.Learning.Data;

namespace Actors.Client.Configuration;

/// <summary>Finds what a configuration asks of the opened data that it does not have.</summary>
internal static class DataCheck
{
    /// <param name="reading">A configuration without faults of its own.</param>
    /// <param name="modalities">Modalities the dataset has.</param>
    /// <param name="trainCount">Samples of its training split.</param>
    /// <exception cref="ConfigurationException">Something does not fit; all of it is listed.</exception>
    public static void Run(ConfigurationReading reading, IReadOnlyList<Modality> modalities, int trainCount)
    {
        var faults = new FaultList();
        RunConfiguration configuration = reading.Configuration;
        string[] known = [.. modalities.Select(modality => modality.Name)];
        foreach (ModalityConfiguration modality in configuration.Modalities.Where(modality => !known.Contains(modality.Name)))
        {
            faults.Add(
                reading.OriginOf($"modalities.{modality.Name}"),
                $"modalities.{modality.Name} must be a modality of dataset {configuration.Data.Dataset}, but is none. {NearestName.Hint(modality.Name, known)}");
        }

        int smallest = trainCount / configuration.Training.Shards;
        if (smallest == 0)
        {
            faults.Add(
                reading.OriginOf("training.shards"),
                $"training.shards must leave every shard a sample, but is '{configuration.Training.Shards}' for {trainCount} training samples.");
        }
        else if (configuration.Training.BatchSize > smallest)
        {
            faults.Add(
                reading.OriginOf("training.batch_size"),
                $"training.batch_size must be at most the smallest shard, {smallest} samples ({trainCount} in {configuration.Training.Shards} shards), but is '{configuration.Training.BatchSize}'.");
        }

        faults.ThrowIfAny();
    }
}
