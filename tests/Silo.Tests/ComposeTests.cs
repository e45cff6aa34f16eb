using System.Globalization;
using Actors.Grains.Devices;
using Actors.Silo.Hosting;
using YamlDotNet.RepresentationModel;

namespace Actors.Silo.Tests;

public class ComposeTests
{
    // Copied here by the build: where the sources lie is not known to a test.
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "repository");

    // What the specification of Compose knows, as far as it is used here.
    private static readonly string[] ServiceKeys =
    [
        "build", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "networks", "ports", "restart", "stop_grace_period",
        "volumes", "<<",
    ];

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("docker-compose.cuda.yml")]
    public void Compose_EveryKeyAndReference_IsKnown(string file)
    {
        YamlMappingNode root = Read(file), first = Read("docker-compose.yml");
        Assert.All(root.Children.Keys, key => Assert.True(
            $"{key}" is "services" or "networks" or "volumes" || $"{key}".StartsWith("x-", StringComparison.Ordinal), $"{file}: {key}"));
        var services = (YamlMappingNode)root["services"];
        string[] networks = Names(first, "networks"), volumes = Names(first, "volumes"), known = Names(first, "services");
        foreach ((YamlNode name, YamlNode value) in services.Children)
        {
            var service = (YamlMappingNode)value;
            Assert.Contains($"{name}", known);
            Assert.Empty(service.Children.Keys.Select(key => $"{key}").Except(ServiceKeys));
            Assert.Empty(Items(service, "networks").Except(networks));
            Assert.Empty(Items(service, "depends_on").Except(known));
            Assert.Empty(Items(service, "volumes").Select(volume => volume.Split(':')[0]).Where(source => source[0] is not ('.' or '/')).Except(volumes));
            Assert.All(Items(service, "ports"), port => Assert.Equal(3, port.Split(':').Length)); // none is open to other hosts
        }
    }

    [Fact]
    public void Dockerfile_LastUser_IsWithoutRights() =>
        Assert.Equal("USER $APP_UID", File.ReadLines(Path.Combine(Folder, "Dockerfile")).Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));

    [Fact]
    public void Dockerfile_Gpus_AreCountedAsNvidiaSmiCountsThem() =>
        Assert.Contains("ENV CUDA_DEVICE_ORDER=PCI_BUS_ID", File.ReadLines(Path.Combine(Folder, "Dockerfile")));

    [Fact]
    public void Compose_EveryService_HasAKnownImageAndSilosAreBuiltFromTheDockerfile()
    {
        YamlMappingNode root = Read("docker-compose.yml");
        var services = (YamlMappingNode)root["services"];
        var names = services.Children.ToDictionary(pair => $"{pair.Key}", pair => (YamlMappingNode)pair.Value);
        string[] silos = [.. names.Keys.Where(name => name.StartsWith("silo", StringComparison.Ordinal))];
        Assert.Equal(3, silos.Length);
        Assert.Equal("redis:7", $"{names["redis"]["image"]}");
        Assert.StartsWith("prom/prometheus:", $"{names["prometheus"]["image"]}", StringComparison.Ordinal);
        Assert.StartsWith("grafana/grafana:", $"{names["grafana"]["image"]}", StringComparison.Ordinal);
        Assert.Equal(
            ["redis-server", "--appendonly", "yes", "--appendfsync", "always"],
            ((YamlSequenceNode)names["redis"]["command"]).Select(node => $"{node}"));

        var silo = (YamlMappingNode)root["x-silo"];
        Assert.Equal("actors-silo", $"{silo["image"]}");
        Assert.True(File.Exists(Path.Combine(Folder, $"{silo["build"]["dockerfile"]}")));
        string scraped = File.ReadAllText(Path.Combine(Folder, "monitoring", "prometheus.yml"));
        Assert.All(silos, name => Assert.Contains($"\"{name}:8080\"", scraped, StringComparison.Ordinal));
        string[] mounted = [.. names.Values.Append(silo).Where(service => service.Children.ContainsKey("volumes"))
            .SelectMany(service => (YamlSequenceNode)service["volumes"])
            .Select(volume => $"{volume}".Split(':')[0])
            .Where(path => path.StartsWith("./", StringComparison.Ordinal))];
        Assert.Equal(5, mounted.Length);
        Assert.All(mounted, path => Assert.True(Path.Exists(Path.Combine(Folder, path)), $"{path} is mounted but is not there."));
        Assert.All(silos, name => Assert.Equal(
            $"{names[name]["environment"]["ACTORS_SILO__ADDRESS"]}", $"{names[name]["networks"]["cluster"]["ipv4_address"]}"));
    }

    [Fact]
    public void Compose_Silos_HaveWhatShipsAndWhatTheyWriteInTheirDataRoot()
    {
        Assert.Contains("ENV ACTORS_SILO__DATA_ROOT=/data", File.ReadLines(Path.Combine(Folder, "Dockerfile")));
        Assert.Equal(["data:/data", "./datasets:/data/datasets:ro"], Items((YamlMappingNode)Read("docker-compose.yml")["x-silo"], "volumes"));
        Assert.True(File.Exists(Path.Combine(Folder, "datasets", "av-digits", "av-digits.safetensors.gz")));
    }

    [Fact]
    public void Compose_EveryService_ComesBackWithItsHostAndAfterItsEnd()
    {
        YamlMappingNode root = Read("docker-compose.yml");
        Assert.All(
            ((YamlMappingNode)root["services"]).Children,
            service => Assert.Equal("unless-stopped", $"{Of(root, service.Value, "restart")}"));
    }

    [Fact]
    public void Compose_GraceOfASilo_IsLongerThanItsDrain()
    {
        string grace = $"{Read("docker-compose.yml")["x-silo"]["stop_grace_period"]}";
        Assert.Matches("^[0-9]+m$", grace);
        var most = TimeSpan.FromMinutes(int.Parse(grace[..^1], CultureInfo.InvariantCulture));
        TimeSpan drain = SiloHost.MostTimeToDrain + Lanes.MostTimeToEnd;
        Assert.True(most > drain, $"{most} are given, and a silo takes up to {drain}.");
    }

    [Fact]
    public void Compose_Cuda_DiffersByOneArgumentAndTheGpus()
    {
        string[] dockerfile = File.ReadAllLines(Path.Combine(Folder, "Dockerfile"));
        Assert.Equal(["ARG TORCH_BACKEND=cpu"], dockerfile.Where(line => line.StartsWith("ARG ", StringComparison.Ordinal)));
        Assert.Single(dockerfile, line => line.Contains(" -p:TorchBackend=${TORCH_BACKEND} ", StringComparison.Ordinal));
        string libtorch = File.ReadAllText(Path.Combine(Folder, "eng", "Torch.targets"));
        Assert.All(["cpu", "cuda"], backend => Assert.Contains($"'$(TorchBackend)' == '{backend}'", libtorch, StringComparison.Ordinal));
        KeyValuePair<YamlNode, YamlNode> argument = Assert.Single((YamlMappingNode)Read("docker-compose.yml")["x-silo"]["build"]["args"]);
        Assert.Equal("TORCH_BACKEND=${TORCH_BACKEND:-cpu}", $"{argument.Key}={argument.Value}");
        var gpus = (YamlMappingNode)Read("docker-compose.cuda.yml")["services"];
        Assert.Equal(["silo1", "silo2", "silo3"], gpus.Children.Keys.Select(name => $"{name}"));
        Assert.All(gpus.Children.Values, service => Assert.Equal("deploy", $"{Assert.Single((YamlMappingNode)service).Key}"));
    }

    [Fact]
    public void Dockerfile_Entrypoint_IsTheProgramThatItPublishes()
    {
        string[] dockerfile = File.ReadAllLines(Path.Combine(Folder, "Dockerfile"));
        string[] publish = Assert.Single(dockerfile, line => line.StartsWith("RUN dotnet publish ", StringComparison.Ordinal)).Split(' ');
        string program = typeof(SiloHost).Assembly.GetName().Name!;
        string project = File.ReadAllText(Path.Combine(Folder, publish[3]));
        Assert.Contains($"<AssemblyName>{program}</AssemblyName>", project, StringComparison.Ordinal);
        Assert.Equal(["-o", "/app"], publish[^2..]);
        Assert.Contains("COPY --from=build /app /app", dockerfile);
        Assert.Equal($"ENTRYPOINT [\"/app/{program}\"]", dockerfile[^1]);
    }

    [Fact]
    public void Compose_Monitoring_IsMountedWhereItIsReadAndFindsPrometheus()
    {
        YamlMappingNode root = Read("docker-compose.yml");
        Dictionary<string, string> prometheus = Mounts(root, "prometheus"), grafana = Mounts(root, "grafana");

        // The images read /etc/prometheus/prometheus.yml and /etc/grafana/provisioning unless they are told otherwise.
        string configuration = prometheus["/etc/prometheus/prometheus.yml"], provisioning = grafana["/etc/grafana/provisioning"];
        Assert.All((YamlSequenceNode)Read(configuration)["rule_files"], rules => Assert.Contains(
            "groups:", File.ReadAllText(Path.Combine(Folder, prometheus[$"/etc/prometheus/{rules}"])), StringComparison.Ordinal));

        YamlNode provider = Assert.Single((YamlSequenceNode)Read(Path.Combine(provisioning, "dashboards", "actors.yml"))["providers"]);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Folder, grafana[$"{provider["options"]["path"]}"]), "*.json"));

        YamlNode source = Assert.Single((YamlSequenceNode)Read(Path.Combine(provisioning, "datasources", "prometheus.yml"))["datasources"]);
        string port = Items((YamlMappingNode)root["services"]["prometheus"], "ports").Single().Split(':')[2];
        Assert.Equal($"http://prometheus:{port}", $"{source["url"]}");
    }

    /// <summary>What a service mounts of the repository: its path there, by the path in the container.</summary>
    private static Dictionary<string, string> Mounts(YamlMappingNode root, string service) =>
        Items((YamlMappingNode)root["services"][service], "volumes").Select(mount => mount.Split(':')).ToDictionary(mount => mount[1], mount => mount[0]);

    /// <summary>What a service has, or else what the silos have that it is one of.</summary>
    private static YamlNode? Of(YamlMappingNode root, YamlNode service, string key) =>
        ((YamlMappingNode)service).Children.TryGetValue(key, out YamlNode? own) ? own
        : ((YamlMappingNode)service).Children.ContainsKey("<<") ? Of(root, root["x-silo"], key)
        : null;

    private static YamlMappingNode Read(string file)
    {
        var yaml = new YamlStream();
        using StreamReader reader = File.OpenText(Path.Combine(Folder, file));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string[] Names(YamlMappingNode root, string part) => [.. ((YamlMappingNode)root[part]).Children.Keys.Select(key => $"{key}")];

    /// <summary>What a service lists under a key, be it as a sequence or as the keys of a map.</summary>
    private static IEnumerable<string> Items(YamlMappingNode service, string key) => !service.Children.TryGetValue(key, out YamlNode? value) ? []
        : value is YamlMappingNode map ? map.Children.Keys.Select(item => $"{item}")
        : ((YamlSequenceNode)value).Select(item => $"{item}");
}
