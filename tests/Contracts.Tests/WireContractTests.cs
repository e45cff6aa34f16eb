using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Contracts.Tests;

/// <summary>What consoles and silos say to each other.</summary>
public sealed class WireContractTests() : WireContract(typeof(IRunGrain).Assembly);
