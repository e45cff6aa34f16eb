namespace Actors.Silo;

/// <summary>What a silo's process ends with; docs/errors.md has cause and cure of each. The numbers are the console's.</summary>
internal enum SiloExitCode
{
    /// <summary>Help was asked for and shown.</summary>
    Ok = 0,

    /// <summary>The silo failed.</summary>
    Failed = 1,

    /// <summary>A port is in use.</summary>
    CannotConnect = 2,

    /// <summary>The settings are at fault.</summary>
    BadInput = 4,

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    Interrupted = 130,

    /// <summary>Stopped by SIGTERM (128 + SIGTERM).</summary>
    Terminated = 143,
}
