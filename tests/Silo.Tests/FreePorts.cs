using System.Net;
using System.Net.Sockets;

namespace Actors.Silo.Tests;

/// <summary>Ports that nobody listens on, each given once.</summary>
internal static class FreePorts
{
    // Below those that the system gives to outgoing connections.
    private const int Count = 6000;

    // Two projects that run side by side have this, each with ports of its own.
    private static readonly int First = typeof(FreePorts).Assembly.GetName().Name == "Actors.Silo.Tests" ? 20000 : 20000 + Count;
    private static readonly Lock Gate = new();
    private static int next = First + Random.Shared.Next(Count);

    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new List<int>();
            while (ports.Count < count)
            {
                next = next >= First + Count - 1 ? First : next + 1;
                if (IsFree(next))
                {
                    ports.Add(next);
                }
            }

            return [.. ports];
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
