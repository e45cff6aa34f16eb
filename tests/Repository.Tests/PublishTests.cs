using System.Diagnostics;
using System.Text.Json;

namespace Actors.Repository.Tests;

/// <summary>What <c>dotnet publish</c> would copy, as MSBuild tells it; nothing is built.</summary>
public sealed class PublishTests
{
    [Theory]
    [InlineData("src/Silo/Actors.Silo.csproj")]
    [InlineData("src/Client/Actors.Client.csproj")]
    public async Task Publish_LibTorch_EveryFileHasANameOfItsOwn(string project)
    {
        string[] names = [.. (await PublishedAsync(project)).EnumerateArray().Select(file => file.GetProperty("RelativePath").GetString()!)];
        Assert.Contains("libtorch_cpu.so", names);
        Assert.Contains("libc10.so", names);
        Assert.Contains("libLibTorchSharp.so", names);
        Assert.Empty(names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    private static async Task<JsonElement> PublishedAsync(string project)
    {
        string[] arguments = ["msbuild", project, "-t:ComputeResolvedFilesToPublishList", "-getItem:ResolvedFileToPublish", "-p:TorchBackend=cpu"];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        string told = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, told);
        return JsonDocument.Parse(told).RootElement.GetProperty("Items").GetProperty("ResolvedFileToPublish");
    }
}
