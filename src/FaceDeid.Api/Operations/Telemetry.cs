using System.Diagnostics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FaceDeid.Api.Operations;

/// <summary>
/// Metrics at <c>/metrics</c> for Prometheus, and traces. Both also go to an OpenTelemetry collector when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one.
/// </summary>
internal static class Telemetry
{
    /// <summary>
    /// What the instrumentation says of a request in the caller's words; its route and known methods say enough.
    /// </summary>
    private static readonly string[] Sent =
        ["url.path", "url.query", "user_agent.original", "server.address", "http.request.method_original"];

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static void AddTelemetry(this IServiceCollection services)
    {
        var toCollector = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(FaceDeidDiagnostics.Name))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                        FaceDeidDiagnostics.Name, "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
                    .AddRuntimeInstrumentation()
                    .AddView("facedeid.step.duration", new ExplicitBucketHistogramConfiguration { Boundaries = Seconds })
                    .AddView("facedeid.video.frame", new ExplicitBucketHistogramConfiguration { Boundaries = Seconds })
                    .AddPrometheusExporter();
                if (toCollector)
                    metrics.AddOtlpExporter();
            })
            .WithTracing(traces =>
            {
                traces.AddSource(FaceDeidDiagnostics.Name)
                    .AddAspNetCoreInstrumentation(options =>
                    {
                        options.Filter = Calls.AreGuarded;
                        options.EnrichWithHttpResponse = static (span, _) => Forget(span);
                    });
                if (toCollector)
                    traces.AddOtlpExporter();
            });
    }

    private static void Forget(Activity span)
    {
        foreach (var name in Sent)
            span.SetTag(name, value: null);
    }
}
