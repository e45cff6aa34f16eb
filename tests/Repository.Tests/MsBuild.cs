using System.Diagnostics;
using System.Text.Json;

namespace Actors.Repository.Tests;

/// <summary>What MSBuild tells of a project; nothing is built.</summary>
internal static class MsBuild
{
    /// <summary>Asks it.</summary>
    /// <param name="project">Path from the repository's root.</param>
    /// <param name="how">What is asked, and with which properties.</param>
    public static async Task<JsonElement> ToldAsync(string project, params string[] how)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", project, .. how])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        string told = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, told);
        return JsonDocument.Parse(told).RootElement;
    }
}
