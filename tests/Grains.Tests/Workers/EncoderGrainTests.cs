using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Devices;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace Actors.Grains.Tests.Workers;

public sealed class EncoderGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Encode_Repeated_GivesTheSameAnswer()
    {
        IEncoderGrain encoder = await PrepareAsync("repeat");
        EncodedBatch first = await encoder.EncodeAsync(0), again = await encoder.EncodeAsync(0);
        using torch.Tensor a = await first.Features.TakeAsync(), b = await again.Features.TakeAsync();
        Assert.True(a.bytes.SequenceEqual(b.bytes));
        Assert.Equal(first.Head, again.Head);
        await encoder.ReleaseAsync();
    }

    [Fact]
    public async Task Learn_Repeated_LearnsOnce()
    {
        IEncoderGrain once = await PrepareAsync("once"), twice = await PrepareAsync("twice");
        foreach ((IEncoderGrain encoder, int times) in new[] { (once, 1), (twice, 3) })
        {
            EncodedBatch batch = await encoder.EncodeAsync(0);
            using torch.Tensor features = await batch.Features.TakeAsync();
            using torch.Tensor gradient = torch.ones_like(features);
            for (int i = 0; i < times; i++)
            {
                await encoder.LearnAsync(0, TensorPayload.Lend(gradient), 1, true);
            }
        }

        using torch.Tensor a = await (await once.EncodeAsync(1)).Features.TakeAsync(), b = await (await twice.EncodeAsync(1)).Features.TakeAsync();
        Assert.True(a.bytes.SequenceEqual(b.bytes));
        await once.ReleaseAsync();
        await twice.ReleaseAsync();
    }

    [Fact]
    public async Task Encode_OfAnEndedGeneration_IsRefusedByName()
    {
        IEncoderGrain encoder = await PrepareAsync("ended");
        await encoder.ReleaseAsync();
        WorkerException refused = await Assert.ThrowsAsync<WorkerException>(() => encoder.EncodeAsync(4));
        Assert.Contains("ended generation", refused.Message);
        Assert.Contains("step 4", refused.Message); // which one, for whoever reads the log
    }

    [Fact]
    public async Task Learn_StepThatWasNotEncoded_IsRefused()
    {
        IEncoderGrain encoder = await PrepareAsync("order");
        using torch.Tensor gradient = torch.ones(16, 8);
        WorkerException refused = await Assert.ThrowsAsync<WorkerException>(() => encoder.LearnAsync(7, TensorPayload.Lend(gradient), 1, true));
        Assert.Contains("encoded last", refused.Message);
        await encoder.ReleaseAsync();
    }

    [Fact]
    public async Task Prepare_DataIsReadForLong_DeviceWorksForOthersMeanwhile()
    {
        using var table = new HeldTable();
        Task prepared = Encoder("held").PrepareAsync(Order("held", table.Run));
        await table.ReadAsync();
        Lane lane = silo.Services.GetRequiredService<Lanes>().Of(DeviceName.Cpu, 1);
        Assert.Equal(7, await lane.Run(() => 7).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.False(prepared.IsCompleted);
        table.End();
        Assert.Contains("column 'id' is missing", (await Assert.ThrowsAsync<WorkerException>(() => prepared)).Message);
    }

    private IEncoderGrain Encoder(string run) => silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, 1, 0, "m0", silo.Silo));

    private WorkerOrder Order(string run, RunConfiguration configuration) => new()
    {
        Run = run, Generation = 1, Configuration = configuration, Shard = 0, Modality = 0, Device = "cpu:0", FeatureCounts = [],
        EncoderSilos = [], BalancerSilo = silo.Silo, ReducerSilos = [silo.Silo],
    };

    private async Task<IEncoderGrain> PrepareAsync(string run)
    {
        IEncoderGrain encoder = Encoder(run);
        await encoder.PrepareAsync(Order(run, TestRun.Configuration()));
        return encoder;
    }
}
