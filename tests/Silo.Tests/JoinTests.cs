using System.Globalization;
using System.Net;
using Actors.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using StackExchange.Redis;

namespace Actors.Silo.Tests;

/// <summary>Silos that do not belong where they come to: each is told one sentence, and the cluster that is there goes on.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-join-");
    private readonly int port = FreePorts.Take(1)[0];
    private SiloProcess redis = null!;

    private string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");

    public async ValueTask InitializeAsync()
    {
        redis = SiloProcess.StartRedis(port, folder.FullName, "--requirepass", "right");
        await redis.WaitForWordsAsync("Ready to accept connections");
    }

    public ValueTask DisposeAsync()
    {
        redis.Dispose();
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(",wrong", "refuses the password")]
    [InlineData("", "refuses to be used without a password")]
    public async Task Start_RedisRefusesIt_SaysSoOnceAndEndsWith2(string password, string words)
    {
        using SiloProcess silo = SiloProcess.Start(Address + password);
        Assert.Equal((int)ExitCode.CannotConnect, await silo.WaitForExitAsync());
        string line = Assert.Single(silo.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{Address} {words}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SilosOfAnotherVersion_IsRefusedWith4AndTheClusterGoesOn()
    {
        using IHost other = await StartOfVersionAsync("9.9.9");
        using SiloProcess silo = SiloProcess.Start($"{Address},right");
        Assert.Equal((int)ExitCode.BadInput, await silo.WaitForExitAsync());
        string line = Assert.Single(silo.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("has 9.9.9 and this one", line, StringComparison.Ordinal);
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_EarlierSiloOfAnotherVersionStillJoins_IsRefusedWith4()
    {
        var held = new HeldJoin();
        Task<IHost> starting = StartOfVersionAsync("9.9.9", held);
        await held.Reached;
        using SiloProcess silo = SiloProcess.Start($"{Address},right");
        Assert.Equal((int)ExitCode.BadInput, await silo.WaitForExitAsync());
        Assert.Contains("has 9.9.9 and this one", silo.Said, StringComparison.Ordinal);
        held.Release();
        using IHost other = await starting;
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_LaterSiloOfAnotherVersionBecomesActiveFirst_IsRefusedWith4()
    {
        var held = new HeldJoin();
        Task<IHost> starting = StartOfVersionAsync("9.9.9", held, isLater: true);
        await held.Reached;
        using SiloProcess silo = SiloProcess.Start($"{Address},right");
        await held.WaitForAsync(silo.Address, SiloStatus.Joining);
        held.Release(); // it looked before this one was there
        Assert.Equal((int)ExitCode.BadInput, await silo.WaitForExitAsync());
        using IHost other = await starting;
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Version_OfOneReleaseButOtherSources_IsRefused()
    {
        Assert.Null(JoinCheck.Version("10.0.0.5:11111", "0.1.0+1a2b3c4d", "0.1.0+1a2b3c4d"));
        Assert.Contains(
            "10.0.0.5:11111 has 0.1.0+1a2b3c4d and this one 0.1.0+1a2b3c4e",
            JoinCheck.Version("10.0.0.5:11111", "0.1.0+1a2b3c4d", "0.1.0+1a2b3c4e"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ClusterIdThatNobodyHas_NamesThoseThatAreThere()
    {
        using SiloProcess first = SiloProcess.Start($"{Address},right", "--cluster-id", "blue");
        await first.WaitForAnswerAsync("/health/ready", "200");
        Assert.DoesNotContain("warning", first.Said, StringComparison.Ordinal); // the first of all is no mistake
        using SiloProcess second = SiloProcess.Start($"{Address},right", "--cluster-id", "bleu");
        await second.WaitForAnswerAsync("/health/ready", "1 active silos");
        Assert.Contains("no silo was ever in cluster 'bleu'", second.Said, StringComparison.Ordinal);
        Assert.Contains("knows: blue.", second.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RedisThatMayForget_SaysSo()
    {
        var options = new ConfigurationOptions { Password = "right", AllowAdmin = true };
        options.EndPoints.Add("127.0.0.1", port);
        await using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync(options);
        await admin.GetServers()[0].ConfigSetAsync("appendfsync", "everysec");
        using SiloProcess silo = SiloProcess.Start($"{Address},right");
        await silo.WaitForAnswerAsync("/health/ready", "200");
        Assert.Contains("has appendonly yes and appendfsync everysec", silo.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(30, "30 s behind")]
    [InlineData(-30, "30 s ahead")]
    public void Clock_AgainstRedis_IsToldWhereItIsOff(int seconds, string? words)
    {
        var here = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(words is null, JoinCheck.Clock(here.AddSeconds(seconds), here) is null);
        Assert.Contains(words ?? "", JoinCheck.Clock(here.AddSeconds(seconds), here) ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "301 s behind")]
    [InlineData(-301, "301 s ahead")]
    public void Clock_FarOff_IsRefusedWith4(int seconds, string words)
    {
        var here = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        SiloRefusedException refused = Assert.Throws<SiloRefusedException>(() => JoinCheck.Clock(here.AddSeconds(seconds), here));
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A silo in this process, of the same cluster but another version.</summary>
    private async Task<IHost> StartOfVersionAsync(string version, HeldJoin? held = null, bool isLater = false)
    {
        int[] ports = FreePorts.Take(2);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        builder.UseOrleans(silo =>
        {
            var options = new ConfigurationOptions { Password = "right" };
            options.EndPoints.Add("127.0.0.1", port);
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = options);
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("actors", "actors"));
            silo.ConfigureEndpoints(IPAddress.Loopback, ports[0], ports[1]);
            silo.UseSiloMetadata(new Dictionary<string, string> { ["version"] = version });
            if (held is not null)
            {
                silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
                {
                    held.Membership = services.GetRequiredService<IClusterMembershipService>();
                    return held;
                });
            }

            if (isLater)
            {
                silo.Services.AddSingleton<ILocalSiloDetails>(new LaterSilo(ports[0], ports[1]));
            }
        });
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
