namespace Actors.Grains.Tensors;

/// <summary>What a message carries of a tensor on a shelf, too large for it: where it can be fetched, and what it is.</summary>
/// <param name="Silo">The silo that keeps it.</param>
/// <param name="Kept">Number on the shelf there.</param>
/// <param name="Layout">Type and shape.</param>
/// <param name="IsGiven">True: kept until the receiver says that it is through. False: until its sender's call is over.</param>
internal sealed record TensorTicket(SiloAddress Silo, long Kept, TensorLayout Layout, bool IsGiven);
