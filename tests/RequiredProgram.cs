namespace Actors;

/// <summary>Programs of the system that tests start. Where one is not installed, the tests that need it are skipped and say how to get it.</summary>
internal static class RequiredProgram
{
    /// <summary>Why tests that need a program cannot run; null where it is on PATH.</summary>
    public static string? Obstacle(string program, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, program)))
            ? null
            : $"This test starts {program}, which is not on PATH: apt-get install --no-install-recommends {package}.";

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void SkipWithout(string program, string package) => Assert.SkipWhen(Obstacle(program, package) is not null, Obstacle(program, package) ?? "");
}
