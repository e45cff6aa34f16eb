using System.Net;
using System.Net.Sockets;

namespace Actors.Benchmarks;

/// <summary>Sends bytes from memory to memory over TCP and waits until all are there: what a transfer can be compared with.</summary>
internal sealed class RawSocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Connects to whoever listens.</summary>
    public RawSocket(int port) => socket.Connect(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Listens on a thread of its own; the receiving memory is used before the first byte comes.</summary>
    public static int Listen(int byteCount)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(() =>
        {
            using (listener)
            {
                using Socket peer = listener.Accept();
                peer.NoDelay = true;
                byte[] place = GC.AllocateArray<byte>(byteCount, pinned: true);
                place.AsSpan().Fill(1);
                int read, at = 0;
                while ((read = peer.Receive(place.AsSpan(at))) > 0)
                {
                    at += read;
                    if (at == byteCount)
                    {
                        at = 0;
                        peer.Send([1]);
                    }
                }
            }
        })
        { IsBackground = true }.Start();
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    /// <summary>Sends, and waits for the word that everything arrived.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }

        Span<byte> word = stackalloc byte[1];
        socket.Receive(word);
    }

    public void Dispose() => socket.Dispose();
}
