using System.Diagnostics;
using System.Globalization;
using System.Net;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Actors.Benchmarks;

/// <summary>A silo in this process and one in another, which reach each other over loopback TCP as the shipped silo does.</summary>
internal sealed class TwoSilos : IDisposable
{
    /// <summary>The word on the command line that makes this program the other silo.</summary>
    public const string OtherSilo = "other-silo";

    private readonly Process other;

    /// <summary>Starts both.</summary>
    /// <param name="ownCore">The core this process may use; null: all.</param>
    /// <param name="otherCore">The core the other may use; null: all.</param>
    public TwoSilos(int? ownCore = null, int? otherCore = null)
    {
        UseCore(ownCore);
        string cluster = string.Create(CultureInfo.InvariantCulture, $"benchmark-{Environment.ProcessId}");
        Host = Build(cluster, null);
        Host.Start();
        other = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [OtherSilo, cluster, AddressOf(Host).Endpoint.ToString(), otherCore?.ToString(CultureInfo.InvariantCulture) ?? ""])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        OtherAddress = SiloAddress.FromParsableString(
            other.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The other silo ended early; its error is above."));
    }

    /// <summary>The silo in this process.</summary>
    public IHost Host { get; }

    public SiloAddress Address => AddressOf(Host);

    public SiloAddress OtherAddress { get; }

    /// <summary>Is the other silo until the first closes its input.</summary>
    public static void Serve(string cluster, string primary, string core)
    {
        UseCore(core.Length == 0 ? null : int.Parse(core, CultureInfo.InvariantCulture));
        using IHost host = Build(cluster, IPEndPoint.Parse(primary));
        host.Start();
        Console.WriteLine(AddressOf(host).ToParsableString());
        Console.In.ReadToEnd();
        host.StopAsync().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        other.StandardInput.Close();
        other.WaitForExit();
        other.Dispose();
        Host.StopAsync().GetAwaiter().GetResult();
        Host.Dispose();
    }

    private static void UseCore(int? core)
    {
        if (core is { } number && OperatingSystem.IsLinux())
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = 1 << number;
        }
    }

    private static IHost Build(string cluster, IPEndPoint? primary) => EmbeddedSilo.Build(silo =>
    {
        silo.Configure<ClusterOptions>(options => options.ClusterId = cluster);
        silo.Configure<ConnectionOptions>(options => options.ConnectionsPerEndpoint = 4); // as Hosting/SiloClustering
        if (primary is not null)
        {
            silo.UseDevelopmentClustering(primary);
        }
    });

    private static SiloAddress AddressOf(IHost host) => host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
}
