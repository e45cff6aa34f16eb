namespace Actors.Grains.Diagnostics;

/// <summary>The version of this build, which all silos of a cluster must share.</summary>
public static partial class ActorsVersion
{
    /// <summary>
    /// The release, and an id of the sources that silos are built of, as <c>0.1.0+1a2b3c4d</c>; eng/SourceId.targets writes it.
    /// </summary>
    public static partial string Here { get; }
}
