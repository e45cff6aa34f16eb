using TorchSharp;

namespace Actors.Learning.Tests.Native;

public class TorchLibraryTests
{
    [Fact]
    public void Load_OnThisMachine_LetsTorchCompute()
    {
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
    }
}
