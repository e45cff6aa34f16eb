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
        JsonElement told = await MsBuild.ToldAsync(
            project, "-t:ComputeResolvedFilesToPublishList", "-getItem:ResolvedFileToPublish", "-p:TorchBackend=cpu");
        return told.GetProperty("Items").GetProperty("ResolvedFileToPublish");
    }
}
