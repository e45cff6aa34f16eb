namespace Actors.Silo.Settings;

/// <summary>A setting as it was written.</summary>
/// <param name="Values">What was written; several only where it was given again.</param>
/// <param name="Origin">Where: <c>--silo-port</c>, <c>environment ACTORS_SILO__SILO_PORT</c>.</param>
internal sealed record SiloSettingText(IReadOnlyList<string> Values, string Origin);
