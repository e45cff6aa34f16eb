using System.Runtime.CompilerServices;

namespace Actors.Tests;

/// <summary>Loads libtorch before the first test touches TorchSharp.</summary>
internal static class LoadTorch
{
#pragma warning disable CA2255 // a test project has no Main of its own to call this from
    [ModuleInitializer]
    internal static void Run() => Actors.Learning.Native.TorchLibrary.Load();
#pragma warning restore CA2255
}
