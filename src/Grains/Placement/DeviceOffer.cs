namespace Actors.Grains.Placement;

/// <summary>A device that a silo offers.</summary>
/// <param name="Name"><c>cpu:0</c>, <c>cuda:1</c>.</param>
/// <param name="Bytes">Its own memory that is free; null for a CPU device, which uses its machine's, and where it is not known.</param>
/// <param name="Seconds">Of a step, that workers of other runs compute there as planned.</param>
[GenerateSerializer, Immutable, Alias("Actors.DeviceOffer")]
internal sealed record DeviceOffer([property: Id(0)] string Name, [property: Id(1)] long? Bytes, [property: Id(2)] double Seconds = 0)
{
    /// <summary><c>cpu</c>, <c>cuda</c>.</summary>
    public string Kind => Name.Split(':')[0];
}
