namespace Actors.Client.Configuration;

/// <summary>Collects faults, so that all are told at once.</summary>
internal sealed class FaultList
{
    private readonly List<ConfigurationFault> faults = [];

    public void Add(Origin origin, string message) => faults.Add(new ConfigurationFault(origin, message));

    /// <summary>Ends where the file is no group of keys at all: that every required key is missing then would only hide the one fault.</summary>
    /// <exception cref="ConfigurationException">Nothing was read, for a fault that is already listed.</exception>
    public void ThrowIfUnreadable(SettingMap? root)
    {
        if (root is null)
        {
            ThrowIfAny();
        }
    }

    /// <exception cref="ConfigurationException">There is at least one fault.</exception>
    public void ThrowIfAny()
    {
        if (faults.Count > 0)
        {
            throw new ConfigurationException([.. faults.Distinct().OrderBy(fault => fault.Origin.Rank).ThenBy(fault => fault.Origin.Line)]);
        }
    }
}
