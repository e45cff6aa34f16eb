using Actors.Grains.Placement;

namespace Actors.Grains.Tests.Placement;

public sealed class HostMemoryTests
{
    private const long Total = 64L << 30;

    [Fact]
    public void NameOf_ContainersOfOneMachine_ShareAPool() =>
        Assert.Equal(
            Pool("10.0.0.1:1@1", HostMemory.NameOf("boot", "4f1c", "0::/", Total, Total)),
            Pool("10.0.0.2:1@1", HostMemory.NameOf("boot", "9a7e", "0::/", Total, Total)));

    [Fact]
    public void NameOf_LimitOfTheirOwn_HavePoolsOfTheirOwn()
    {
        string[] pools =
        [
            HostMemory.NameOf("boot", "4f1c", "0::/", Total, Total),
            HostMemory.NameOf("boot", "4f1c", "0::/", Total / 2, Total),
            HostMemory.NameOf("boot", "9a7e", "0::/", Total / 2, Total),
            HostMemory.NameOf("boot", "9a7e", "0::/system.slice/a", Total / 2, Total),
            HostMemory.NameOf("another", "4f1c", "0::/", Total, Total),
        ];
        Assert.Distinct(pools);
    }

    [Fact]
    public void Name_ThisProcess_IsTheMachinesUnlessItHasALimit()
    {
        string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        Assert.StartsWith(boot, HostMemory.Name, StringComparison.Ordinal);
        Assert.InRange(HostMemory.FreeBytes, 1, long.MaxValue);
    }

    private static string? Pool(string silo, string host)
    {
        var device = new DeviceOffer("cpu:0", null);
        var offer = new SiloOffer { Silo = silo, Host = host, Devices = [device], ThreadsPerDevice = null, Labels = null, HostBytes = Total };
        return new DeviceSeat(offer, device, []).Pool;
    }
}
