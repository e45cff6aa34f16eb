using System.Text.Json;

namespace Actors.Repository.Tests;

/// <summary>What a build of the console would compile ahead, as MSBuild tells it; nothing is built.</summary>
public sealed class ReadyToRunTests
{
    [Fact]
    public async Task Build_Release_CompilesAheadEveryAssemblyThatIsNamed()
    {
        JsonElement told = await ToldAsync("-p:Configuration=Release", "-t:FindReadyToRun", "-p:BuildProjectReferences=false");
        string[] named = told.GetProperty("Properties").GetProperty("ReadyToRunNames").GetString()!
            .Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> compiled = told.GetProperty("Items").GetProperty("ReadyToRunAssembly").EnumerateArray()
            .Select(assembly => assembly.GetProperty("Filename").GetString()!);
        Assert.Contains("actors", named);
        Assert.Equal(named.Order(StringComparer.Ordinal), compiled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Build_Debug_CompilesNothingAhead()
    {
        JsonElement told = await ToldAsync("-p:Configuration=Debug");
        Assert.Empty(told.GetProperty("Properties").GetProperty("ReadyToRunNames").GetString()!);
    }

    private static Task<JsonElement> ToldAsync(params string[] how) =>
        MsBuild.ToldAsync("src/Client/Actors.Client.csproj", ["-getItem:ReadyToRunAssembly", "-getProperty:ReadyToRunNames", .. how]);
}
