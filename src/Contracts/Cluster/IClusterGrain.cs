using System.Collections.Immutable;

namespace Actors.Contracts.Cluster;

/// <summary>Tells what the cluster is made of. Key: 0.</summary>
[GrainInterfaceType("cluster"), Alias("Actors.IClusterGrain")]
public interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>The silos, those that left too while the cluster remembers them; the oldest first.</summary>
    [Alias("SilosAsync")]
    Task<ImmutableArray<SiloDescription>> SilosAsync();
}
