namespace Actors.Client.Configuration;

/// <summary>A configuration has faults; all of them, in the order of the file.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationFault> faults)
    : Exception($"The configuration has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}")
{
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;
}
