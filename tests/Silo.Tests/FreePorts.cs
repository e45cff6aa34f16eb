using System.Net;
using System.Net.Sockets;

namespace Actors.Silo.Tests;

/// <summary>Ports that nobody listens on, each given once.</summary>
internal static class FreePorts
{
    // Below those that the system gives to outgoing connections.
    private const int First = 20000;
    private const int Last = 32000;
    private static readonly Lock Gate = new();
    private static int next = Random.Shared.Next(First, Last);

    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new List<int>();
            while (ports.Count < count)
            {
                next = next >= Last ? First : next + 1;
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
