using Actors.Grains.Workers;
using Actors.Tests;

namespace Actors.Grains.Tests;

/// <summary>What silos say to each other.</summary>
public sealed class WireContractTests() : WireContract(typeof(IFusionGrain).Assembly);
