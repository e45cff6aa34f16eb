using System.Text.Json.Nodes;

namespace Actors.Learning.Tests.Fixtures;

/// <summary>Numbers that PyTorch gave; the script beside each file made it.</summary>
internal static class Fixture
{
    public static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name)))!;
}
