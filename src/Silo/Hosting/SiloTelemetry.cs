using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Actors.Silo.Hosting;

/// <summary>What a silo tells monitoring.</summary>
internal static class SiloTelemetry
{
    /// <summary>Adds the meters of Actors and of Orleans.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="otlp">Also sends them where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</param>
    public static void AddSiloTelemetry(this IServiceCollection services, bool otlp) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("actors-silo").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Actors", "Microsoft.Orleans").AddPrometheusExporter();
                if (otlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
}
