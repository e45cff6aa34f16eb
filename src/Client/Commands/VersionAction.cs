using System.CommandLine;
using System.CommandLine.Invocation;
using Actors.Grains.Diagnostics;

namespace Actors.Client.Commands;

/// <summary><c>actors --version</c>.</summary>
internal sealed class VersionAction(CommandContext context) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        MachineReport here = MachineReport.Here();
        foreach ((string name, string version) in new[]
        {
            ("actors", here.Actors), (".net", here.Net), ("orleans", here.Orleans), ("torchsharp", here.TorchSharp),
            ("libtorch", here.LibTorch), ("cuda", here.Cuda), ("driver", here.Driver),
        })
        {
            context.Output.WriteLine($"{name,-11}{version}");
        }

        return (int)ExitCode.Ok;
    }
}
