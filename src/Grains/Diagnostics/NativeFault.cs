namespace Actors.Grains.Diagnostics;

/// <summary>Why a native library does not load.</summary>
public static class NativeFault
{
    /// <summary>The cause of a failure: what an initializer throws comes wrapped, and the wrapper names the initializer alone.</summary>
    public static Exception CauseOf(Exception failure)
    {
        while (failure is TypeInitializationException { InnerException: { } cause })
        {
            failure = cause;
        }

        return failure;
    }
}
