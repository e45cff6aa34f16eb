using Actors.Grains.Tensors;

namespace Actors.Benchmarks;

/// <summary>Receives tensors on the silo it is on.</summary>
[GrainInterfaceType("benchmark-transfer"), Alias("Actors.Benchmarks.ITransferGrain")]
public interface ITransferGrain : IGrainWithStringKey
{
    /// <summary>Does nothing: a small call.</summary>
    [Alias("PingAsync")]
    Task PingAsync();

    /// <summary>Receives a tensor.</summary>
    /// <param name="sent">[n], float32; stays the caller's.</param>
    /// <param name="warm">True: into memory that is there and was used before, as gradients are; false: into new memory, as features are.</param>
    /// <returns>By how many bytes this process grew meanwhile at most, beyond new memory for the tensor.</returns>
    [ResponseTimeout("00:10:00"), Alias("ReceiveAsync")]
    Task<long> ReceiveAsync(TensorPayload sent, bool warm);

    /// <summary>Receives the same bytes over a bare socket, for whoever connects, until it disconnects.</summary>
    /// <returns>The port.</returns>
    [Alias("ListenAsync")]
    Task<int> ListenAsync(int byteCount);
}
