using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using Actors.Grains.Diagnostics;
using Actors.Learning.Native;
using Actors.Silo.Settings;

namespace Actors.Silo.Hosting;

/// <summary>The program from its command line to its exit code.</summary>
internal static class SiloProgram
{
    /// <summary>Runs a silo until a signal ends it.</summary>
    public static async Task<ExitCode> RunAsync(string[] arguments)
    {
        var sources = new SiloSettingSources();
        ParseResult parsed = sources.Command.Parse(arguments);
        if (parsed.Action is not (null or ParseErrorAction))
        {
            return (ExitCode)await parsed.InvokeAsync();
        }

        try
        {
            LoadTorch();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException)
        {
            return Refuse(ExitCode.Failed, [$"The silo has no libtorch, and nothing was started: {NativeFault.CauseOf(failure).Message}"]);
        }

        (IReadOnlyDictionary<string, SiloSettingText> given, IReadOnlyList<string> unknown) = sources.Gather(parsed, Environment.GetEnvironmentVariables());
        (SiloSettings? settings, IReadOnlyList<string> faults) = SiloSettingsReader.Read(given);
        string[] all = [.. unknown, .. faults];
        if (settings is null || all.Length > 0)
        {
            string headline = $"The silo's settings have {all.Length} fault{(all.Length == 1 ? "" : "s")}; nothing was started. See --help.";
            return Refuse(ExitCode.BadInput, [headline, .. all.Select(fault => $"  {fault}")]);
        }

        IReadOnlyList<string> held = PortCheck.Faults(settings);
        if (held.Count > 0)
        {
            return Refuse(ExitCode.CannotConnect, held);
        }

        Environment.CurrentDirectory = settings.DataRoot;
        return await HostAsync(settings);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // what does not load fails where Learning is named first: within the try, not before
    private static void LoadTorch() => TorchLibrary.Load(); // the devices are torch's to name

    private static async Task<ExitCode> HostAsync(SiloSettings settings)
    {
        using var signals = new StopSignals();
        signals.Listen();
        await using WebApplication app = SiloHost.Build(settings, signals);
        using CancellationTokenRegistration stop = signals.Stopping.Register(app.Lifetime.StopApplication);
        try
        {
            await app.StartAsync(signals.Stopping);
            Console.WriteLine(
                $"Silo {settings.Address}:{settings.SiloPort} of {settings.ClusterId} at {settings.Cluster} is ready; "
                + $"devices {string.Join(", ", settings.Devices)}; http://{settings.Address}:{settings.HttpPort}/health/ready");
            await app.WaitForShutdownAsync();
            return signals.ExitCode ?? Refuse(ExitCode.Failed, ["The silo ended by itself; the log says why."]);
        }
        catch (Exception) when (signals.ExitCode is not null)
        {
            return signals.ExitCode.Value; // stopped while it was starting: what that broke is of no interest
        }
        catch (Exception failure) when (Refusal(failure) is { } refused)
        {
            return Refuse(refused.ExitCode, [refused.Message]);
        }
        catch (Exception failure)
        {
            // Which one is not told, and asking again would find those that this silo holds itself.
            return IsPortTaken(failure)
                ? Refuse(
                    ExitCode.CannotConnect,
                    [
                        $"One of the ports {settings.SiloPort}, {settings.GatewayPort} and {settings.HttpPort} of {settings.ListeningAddress} "
                        + "was taken by another process while the silo started. "
                        + "Start it again, or choose others with --silo-port, --gateway-port, --http-port.",
                    ])
                : Refuse(ExitCode.Failed, [$"The silo did not start: {failure}"]);
        }
    }

    private static bool IsPortTaken(Exception failure) =>
        failure is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse }
        || (failure is AggregateException several && several.InnerExceptions.Any(IsPortTaken))
        || (failure.InnerException is { } inner && IsPortTaken(inner));

    private static SiloRefusedException? Refusal(Exception failure) => failure switch
    {
        SiloRefusedException refused => refused,
        AggregateException several => several.InnerExceptions.Select(Refusal).FirstOrDefault(refused => refused is not null),
        { InnerException: { } inner } => Refusal(inner),
        _ => null,
    };

    private static ExitCode Refuse(ExitCode code, IReadOnlyList<string> lines)
    {
        Console.Error.WriteLine(string.Join(Environment.NewLine, lines));
        return code;
    }
}
