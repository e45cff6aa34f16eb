namespace Actors.Silo;

/// <summary>What a process ends with, a silo's or the console's; docs/errors.md has cause and cure of each.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The run, the silo, or the program itself failed.</summary>
    Failed = 1,

    /// <summary>No silo could be reached or started, none answers any more, or a port is in use.</summary>
    CannotConnect = 2,

    /// <summary>The command line, the settings, the configuration, the data or a run's folder is at fault.</summary>
    BadInput = 4,

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    Interrupted = 130,

    /// <summary>Stopped by SIGTERM (128 + SIGTERM).</summary>
    Terminated = 143,
}
