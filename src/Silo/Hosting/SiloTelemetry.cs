using Actors.Grains;
using Actors.Grains.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Actors.Silo.Hosting;

/// <summary>What a silo tells monitoring.</summary>
internal static class SiloTelemetry
{
    /// <summary>Adds the meters of Actors and of Orleans, and traces where somebody takes them.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="configuration">Environment variables <c>OTEL_*</c>: with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> metrics and traces are sent there.</param>
    public static void AddSiloTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        bool otlp = !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        services.AddGpuMetrics();
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("actors-silo").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(GrainsServices.MeterName, "Microsoft.Orleans").AddPrometheusExporter();
                if (otlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (otlp)
        {
            telemetry.WithTracing(traces =>
            {
                traces.AddSource(Traces.Name).AddOtlpExporter();
                if (string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]))
                {
                    traces.SetSampler(new ParentBasedSampler(new PieceSampler()));
                }
            });
        }
    }
}
