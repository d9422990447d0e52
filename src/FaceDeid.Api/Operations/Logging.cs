using System.Collections.Frozen;
using Serilog;
using Serilog.AspNetCore;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace FaceDeid.Api.Operations;

/// <summary>
/// Structured logs on the console: JSON lines, or plain text in development. A request is logged by its route, never by what the
/// caller put into address, header, form or file name.
/// </summary>
/// <remarks>
/// Below warnings the web framework logs addresses with their parameters, headers and whatever was no HTTP. Those lines are for
/// nobody, whatever levels the configuration sets.
/// </remarks>
internal static class Logging
{
    /// <summary>Whose lines below warnings are known to hold nothing that a caller sent.</summary>
    private static readonly string[] Known = ["FaceDeid", "Serilog.AspNetCore", "Microsoft.Hosting.Lifetime"];

    private static readonly FrozenSet<string> Methods = FrozenSet.Create(
        StringComparer.Ordinal, "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH");

    public static void Configure(IServiceProvider services, LoggerConfiguration log)
    {
        log.MinimumLevel.Information().MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning);
        var configuration = services.GetRequiredService<IConfiguration>();
        // Else it looks through all assemblies for nothing.
        if (configuration.GetSection(ConfigurationLoggerConfigurationExtensions.DefaultSectionName).Exists())
            log.ReadFrom.Configuration(configuration);
        log.MinimumLevel.Override(Audit.Category, LogEventLevel.Information) // after the configuration: it cannot be turned off
            .Filter.ByExcluding(line => line.Level < LogEventLevel.Warning && !IsKnown(line))
            .Filter.ByExcluding(IsBrokenUpload)
            .Enrich.FromLogContext()
            .Enrich.With<WithoutRequestPath>();
        if (services.GetRequiredService<IHostEnvironment>().IsDevelopment())
            log.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {TraceId}{NewLine}{Exception}");
        else
            log.WriteTo.Console(new RenderedCompactJsonFormatter());
    }

    public static void ConfigureRequests(RequestLoggingOptions options)
    {
        options.MessageTemplate = "{Method:l} {Route:l} answered {StatusCode} in {Elapsed:0.0} ms";
        options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
        [
            new LogEventProperty("Method", new ScalarValue(MethodOf(context.Request))),
            new LogEventProperty(
                "Route", new ScalarValue((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)")),
            new LogEventProperty("StatusCode", new ScalarValue(status)),
            new LogEventProperty("Elapsed", new ScalarValue(elapsed)),
        ];
        options.GetLevel = (context, _, exception) => (exception, context.Response.StatusCode) switch
        {
            (null, StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout) => LogEventLevel.Warning,
            (not null, _) or (_, >= 500) => LogEventLevel.Error,
            _ when context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) => LogEventLevel.Debug,
            _ => LogEventLevel.Information,
        };
    }

    private static string MethodOf(HttpRequest request) => Methods.Contains(request.Method) ? request.Method : "(other)";

    private static bool IsKnown(LogEvent line) =>
        line.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
        && source is ScalarValue { Value: string category }
        && Known.Any(name => category.StartsWith(name, StringComparison.Ordinal));

    /// <summary>
    /// Kestrel calls it an error of the service, with a stack trace, when a client resets the connection during its upload.
    /// </summary>
    private static bool IsBrokenUpload(LogEvent line) =>
        line.Properties.TryGetValue("EventId", out var id) && id is StructureValue structure
        && structure.Properties.Any(part => part.Value is ScalarValue { Value: "RequestBodyDrainBodyReaderInvalidState" });

    /// <summary>The framework adds the path as it was typed to every line of a request.</summary>
    private sealed class WithoutRequestPath : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) =>
            logEvent.RemovePropertyIfPresent("RequestPath");
    }
}
