using Actors.Client.Commands;
using Spectre.Console;

namespace Actors.Client.Tests.Commands;

public class CommandContextTests
{
    [Theory]
    [InlineData("1", false)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void Consoles_NoColor_WriteNoColours(string? value, bool expected)
    {
        CommandContext context = CommandContext.OfProcess() with
        {
            Output = new StringWriter(),
            Error = new StringWriter(),
            Environment = value is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["NO_COLOR"] = value },
            IsErrorTerminal = true,
            IsOutputTerminal = true,
        };

        expected &= Environment.GetEnvironmentVariable("NO_COLOR") is null; // whoever runs the tests may want none either
        Assert.All(
            [context.OutputConsole(), context.ErrorConsole()],
            console => Assert.Equal(expected, console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors));
    }
}
