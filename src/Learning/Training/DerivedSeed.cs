using System.Text;
using Actors.Learning.Native;
using Actors.Learning.Randomness;
using TorchSharp;

namespace Actors.Learning.Training;

/// <summary>Seeds for the parts of a run, each a pure function of the run's seed and the part's name.</summary>
public static class DerivedSeed
{
    private static readonly Lock DefaultGenerator = new();

    /// <summary>Seed of a part.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="part">What it is for: <c>encoder/audio</c>.</param>
    public static ulong Of(ulong seed, string part) =>
        SplitMix64.Mix(Fnv1a.Add(Fnv1a.Empty, Encoding.UTF8.GetBytes(part)) ^ (seed * SplitMix64.Gamma)); // mixed, so that near seeds give far ones

    /// <summary>Makes a module with weights drawn from a seed.</summary>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="tensors">All tensors it keeps; what else was made on the way is disposed.</param>
    /// <remarks>torch initialises from one generator for the whole process, so that only one module is made at a time.</remarks>
    public static T Build<T>(ulong seed, Func<T> make, Func<T, IEnumerable<torch.Tensor>> tensors)
    {
        lock (DefaultGenerator)
        {
            using var scope = torch.NewDisposeScope(); // TorchSharp leaves the tensors that weights are drawn in to the garbage collector
            torch.manual_seed(unchecked((long)seed)).Dispose();
            T made = make();
            torch.Tensor[] kept = [.. tensors(made)];
            Array.ForEach(kept, tensor => tensor.DetachFromDisposeScope());
            LiveTensors.CountParameters(kept);

            return made;
        }
    }
}
