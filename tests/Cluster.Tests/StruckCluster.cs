namespace Actors.Cluster.Tests;

/// <summary>
/// The tests that strike silos share one cluster, as runs do that come one after the other: it must be whole again after each, and nothing be left at the end.
/// </summary>
[CollectionDefinition]
public sealed class StruckCluster : ICollectionFixture<TestCluster>;
