using FaceDeid.Api.Access;
using FaceDeid.Api.Keys;
using FaceDeid.Collections;
using FaceDeid.Imaging;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Operations;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the models work and the service is not going down.
/// </summary>
internal static partial class Health
{
    private const string ReadyTag = "ready";

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>().AddHostedService(sp => sp.GetRequiredService<Readiness>());
        services.AddHealthChecks().AddCheck<Readiness>("models", tags: [ReadyTag]);
    }

    /// <summary>
    /// Loads every model and tries it on a face, and loads the operator's keys, so that the service never listens without.
    /// </summary>
    /// <exception cref="StartupException">A model or key is missing, altered or does not work.</exception>
    public static void LoadModels(this WebApplication app)
    {
        try
        {
            app.Services.GetRequiredService<SelfTest>().Run();
            if (app.Services.GetRequiredService<InputFormats>().Fault is { } fault)
                LogNoCage(app.Logger, fault);
            _ = app.Services.GetService<CertificateKey>();
            _ = app.Services.GetRequiredService<KeyRing>();
            _ = app.Services.GetRequiredService<BearerTokens>();
        }
        catch (FaceDeidException e)
        {
            throw new StartupException($"FaceDeid does not start. {e.Message}", e);
        }
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "HEIC, JPEG XL, BMP and GIF are not read: {Fault}")]
    private static partial void LogNoCage(ILogger logger, string fault);
}

/// <summary>
/// Ready from the start, because the service listens only once its models work; when it is told to stop, says so for a while
/// before it stops listening.
/// </summary>
internal sealed class Readiness(IOptions<FaceDeidOptions> options) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _ready = true;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _ready = false;
        await Task.Delay(TimeSpan.FromSeconds(options.Value.Shutdown.DrainSeconds), cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
