using YamlDotNet.RepresentationModel;

namespace Actors.Silo.Tests;

public class ComposeTests
{
    // Copied here by the build: where the sources lie is not known to a test.
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "repository");

    [Fact]
    public void Compose_EveryService_HasAKnownImageAndSilosAreBuiltFromTheDockerfile()
    {
        var yaml = new YamlStream();
        using (StreamReader reader = File.OpenText(Path.Combine(Folder, "docker-compose.yml")))
        {
            yaml.Load(reader);
        }

        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var services = (YamlMappingNode)root["services"];
        var names = services.Children.ToDictionary(pair => $"{pair.Key}", pair => (YamlMappingNode)pair.Value);
        string[] silos = [.. names.Keys.Where(name => name.StartsWith("silo", StringComparison.Ordinal))];
        Assert.Equal(3, silos.Length);
        Assert.Equal("redis:7", $"{names["redis"]["image"]}");
        Assert.StartsWith("prom/prometheus:", $"{names["prometheus"]["image"]}", StringComparison.Ordinal);
        Assert.StartsWith("grafana/grafana:", $"{names["grafana"]["image"]}", StringComparison.Ordinal);
        Assert.Equal(["redis-server", "--appendonly", "yes", "--appendfsync", "always"], ((YamlSequenceNode)names["redis"]["command"]).Select(node => $"{node}"));

        var silo = (YamlMappingNode)root["x-silo"];
        Assert.Equal("actors-silo", $"{silo["image"]}");
        Assert.True(File.Exists(Path.Combine(Folder, $"{silo["build"]["dockerfile"]}")));
        Assert.All(silos, name => Assert.Contains($"\"{name}:8080\"", File.ReadAllText(Path.Combine(Folder, "monitoring", "prometheus.yml")), StringComparison.Ordinal));
        string[] mounted = [.. names.Values.Where(service => service.Children.ContainsKey("volumes"))
            .SelectMany(service => (YamlSequenceNode)service["volumes"]).Select(volume => $"{volume}".Split(':')[0]).Where(path => path.StartsWith("./", StringComparison.Ordinal))];
        Assert.Equal(4, mounted.Length);
        Assert.All(mounted, path => Assert.True(Path.Exists(Path.Combine(Folder, path)), $"{path} is mounted but is not there."));
        Assert.All(silos, name => Assert.Equal($"{names[name]["environment"]["ACTORS_SILO__ADDRESS"]}", $"{names[name]["networks"]["cluster"]["ipv4_address"]}"));
    }
}
