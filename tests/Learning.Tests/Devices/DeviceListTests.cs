using Actors.Learning.Devices;
using Actors.Tests;

namespace Actors.Learning.Tests.Devices;

public class DeviceListTests
{
    [Theory]
    [InlineData("cpu:0", "cpu:0")]
    [InlineData("cpu", "cpu:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void TryParse_Name_ReadsKindAndIndex(string text, string name)
    {
        Assert.True(DeviceName.TryParse(text, out DeviceName device));
        Assert.Equal(name, device.ToString());
    }

    [Theory]
    [InlineData("gpu:0")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cpu:0:0")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_Nonsense_IsRefused(string? text) => Assert.False(DeviceName.TryParse(text, out _));

    [Theory]
    [InlineData("cpu:0", "cpu:0")]
    [InlineData("cpu:0 cpu:1 cpu:2 cpu:3 cpu:4", "cpu:0 cpu:1")]
    [InlineData("cuda:0 cuda:1 cpu:0 cpu:1 cpu:2 cpu:3", "cuda:0 cuda:1")]
    public void Offered_Machine_IsEveryGpuOrACpuDeviceForEachTwoCores(string present, string offered) =>
        Assert.Equal(Read(offered), DeviceList.Offered(Read(present)));

    [Fact]
    public void Faults_AbsentAndUnreadable_AreAllListedWithThosePresent()
    {
        IReadOnlyList<string> faults = DeviceList.Faults(["cpu:0", "cuda:97", "tpu:0"]);
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.Contains("cpu:0", fault));
    }

    [Fact]
    public void Faults_AbsentGpuWhereThereIsNone_SayWhy()
    {
        Assert.SkipWhen(Gpu.IsPresent, "This machine has a GPU.");
        Assert.EndsWith($"; no GPU, since {GpuAbsence.Here()!.Why}.", Assert.Single(DeviceList.Faults(["cuda:0"])));
        Assert.DoesNotContain("no GPU", Assert.Single(DeviceList.Faults(["cpu:9999"])));
    }

    private static DeviceName[] Read(string names) => [.. names.Split(' ')
        .Select(name => DeviceName.TryParse(name, out DeviceName device) ? device : throw new ArgumentException(name))];
}
