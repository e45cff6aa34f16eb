using Actors.Grains;
using Actors.Silo.Health;
using Actors.Silo.Settings;
using Microsoft.Extensions.Logging.Console;

namespace Actors.Silo.Hosting;

/// <summary>A silo as a program of its own: Orleans, and over HTTP its health and its metrics.</summary>
internal static class SiloHost
{
    // Longer than a drain takes with all defaults, and with what lanes take to end 45 s at most; docker-compose.yml and docs/silo.md give it a minute before
    // they kill.
    internal static readonly TimeSpan MostTimeToDrain = TimeSpan.FromSeconds(40);

    /// <summary>Builds the host.</summary>
    public static WebApplication Build(SiloSettings settings, StopSignals signals)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Actors.Silo" });
        builder.Configuration.AddEnvironmentVariables(); // OTEL_*
        builder.Logging
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ "))
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Actors", LogLevel.Information)
            .AddFilter("Actors.Grains.Tensors", LogLevel.Warning) // what Orleans says of a service's range
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error) // it warns at every start of a thread that has not begun
            .AddFilter("Orleans.Runtime.Silo", LogLevel.None).AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // why a start failed is SiloProgram's to tell, once
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // who asks is told; a log line for each asking hides the rest
        builder.Services.Configure<SimpleConsoleFormatterOptions>(console => console.UseUtcTimestamp = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = MostTimeToDrain;
            host.ServicesStartConcurrently = true; // /health answers while the silo still waits for Redis
        });
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<IHostLifetime>(signals);

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(settings.ListeningAddress, settings.HttpPort));
        builder.Services.AddRoutingCore();
        builder.Services.AddSiloHealth(settings.Cluster);
        builder.Services.AddSiloTelemetry(builder.Configuration);
        builder.UseOrleans(silo =>
        {
            silo.UseCluster(settings);
            silo.Services.AddGrains();
            silo.Services.AddSingleton(settings.ToResources());
            silo.Services.AddRunKeeper();
        });

        WebApplication app = builder.Build();
        app.MapSiloHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
