using System.Text;
using Actors.Client.Commands;

namespace Actors.Client;

/// <summary>The console <c>actors</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        if (Console.OutputEncoding.CodePage != Encoding.UTF8.CodePage && Console.IsOutputRedirected)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        return CommandTree.RunAsync(arguments, CommandContext.OfProcess());
    }
}
