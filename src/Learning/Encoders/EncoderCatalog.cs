namespace Actors.Learning.Encoders;

/// <summary>The encoders, by name.</summary>
public static class EncoderCatalog
{
    /// <summary><see cref="ConvNetEncoder"/>.</summary>
    public const string ConvNet = "convnet";

    /// <summary><see cref="LeNetEncoder"/>.</summary>
    public const string LeNet = "lenet";

    /// <summary><see cref="ResNet18Encoder"/>.</summary>
    public const string ResNet18 = "resnet18";

    private static readonly Dictionary<string, Func<EncoderOptions, IReadOnlyList<long>, Encoder>> Known = new()
    {
        [ConvNet] = (options, shape) => new ConvNetEncoder(options, shape),
        [LeNet] = (options, shape) => new LeNetEncoder(options, shape),
        [ResNet18] = (_, shape) => new ResNet18Encoder(shape),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the encoder of that name with random weights drawn from torch's default generator (the caller seeds it).</summary>
    /// <param name="options">Name and settings.</param>
    /// <param name="inputShape">Shape of one sample, without the batch.</param>
    /// <exception cref="ArgumentException">The name is unknown, or the encoder does not take this shape; the message says which it takes.</exception>
    public static Encoder Create(EncoderOptions options, IReadOnlyList<long> inputShape) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, inputShape)
            : throw new ArgumentException($"Encoder '{options.Name}' is not known. Known encoders: {string.Join(", ", Names)}.");
}
