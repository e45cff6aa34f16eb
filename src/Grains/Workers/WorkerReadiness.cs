using System.Collections.Immutable;
using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>Tells what a prepared worker has.</summary>
internal static class WorkerReadiness
{
    public static WorkerReady Of(
        IDataset dataset, long featureCount, long parameterCount, long stepsPerEpoch, ImmutableArray<bool> segments) => new()
    {
        FeatureCount = featureCount,
        ParameterCount = parameterCount,
        StepsPerEpoch = stepsPerEpoch,
        SampleCounts = [.. Enum.GetValues<Split>().Select(split => dataset.Samples(split).Count)],
        ClassCount = dataset.Classes.Count,
        DataDigest = dataset.Digest,
        Segments = segments,
        SharedDigest = dataset.SharedDigest,
    };
}
