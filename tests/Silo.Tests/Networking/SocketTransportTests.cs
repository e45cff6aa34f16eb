using System.Net;
using System.Net.Sockets;
using Actors.Silo.Networking;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Silo.Tests.Networking;

public class SocketTransportTests
{
    private const int Size = 700_001;

    [Fact]
    public async Task Connect_ManyAtOnce_EachHasItsOwnBytes()
    {
        const int Count = 40;
        var pool = new BlockPool();
        IConnectionListener listener = await new SocketListenerFactory(pool, TimeProvider.System)
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0), TestContext.Current.CancellationToken);
        await using (listener)
        {
            Task answering = Task.WhenAll(Enumerable.Range(0, Count).Select(_ => AnswerAsync(listener)));
            await Task.WhenAll(Enumerable.Range(0, Count).Select(async number =>
            {
                byte[] bytes = SocketPair.Bytes(Size, number);
                await using ConnectionContext connection = await new SocketConnector(pool).ConnectAsync(
                    listener.EndPoint, TestContext.Current.CancellationToken);
                await connection.Transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
                Assert.Equal(bytes, await SocketPair.ReadAsync(connection.Transport.Input, Size));
            }));
            await SocketPair.BoundedAsync("the accepted connections to end", answering);
        }

        Assert.InRange(pool.Kept, 1, BlockPool.MostKept);
    }

    [Fact]
    public async Task Accept_NoLongerListening_IsNull()
    {
        var listener = new SocketListener(new IPEndPoint(IPAddress.Loopback, 0), new BlockPool(), TimeProvider.System);
        Task<ConnectionContext?> accepting = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await listener.UnbindAsync(TestContext.Current.CancellationToken);
        Assert.Null(await SocketPair.BoundedAsync("the listener to give up", accepting));
        Assert.Null(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        await listener.DisposeAsync();
    }

    [Fact]
    public void Bind_AddressOfAnotherHost_Throws()
    {
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0); // kept for documents: no host has it
        SocketException failure = Assert.Throws<SocketException>(() => new SocketListener(elsewhere, new BlockPool(), TimeProvider.System));
        Assert.Equal(SocketError.AddressNotAvailable, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_NobodyListens_Throws()
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePorts.Take(1)[0]);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => new SocketConnector(new BlockPool()).ConnectAsync(endpoint, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public void Build_EmbeddedSilo_EveryTransportIsReplaced()
    {
        using IHost host = EmbeddedSilo.Build(silo =>
        {
            ServiceDescriptor[] transports = [.. silo.Services.Where(service =>
                service.IsKeyedService && (service.ServiceType == typeof(IConnectionFactory) || service.ServiceType == typeof(IConnectionListenerFactory)))];
            Assert.Equal(3, transports.Length); // to silos; from silos; from clients
            Assert.All(transports, service => Assert.Equal(typeof(BlockPool).Assembly, service.KeyedImplementationType!.Assembly));
        });
    }

    [Fact]
    public void UseSocketTransport_NothingToReplace_SaysSo() => EmbeddedSilo.Build(silo =>
    {
        foreach (ServiceDescriptor service in silo.Services.Where(service => service.ServiceType == typeof(IConnectionFactory)).ToArray())
        {
            silo.Services.Remove(service);
        }

        Assert.Contains("src/Silo/Networking", Assert.Throws<InvalidOperationException>(silo.UseSocketTransport).Message);
    }).Dispose();

    private static async Task AnswerAsync(IConnectionListener listener)
    {
        await using ConnectionContext connection = (await listener.AcceptAsync(TestContext.Current.CancellationToken))!;
        byte[] bytes = await SocketPair.ReadAsync(connection.Transport.Input, Size);
        await connection.Transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await SocketPair.ClosedAsync(connection);
    }
}
