using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FaceDeid.Api.Access;

/// <summary>Puts the parts of this folder together.</summary>
internal static class AccessSetup
{
    private const int MaxIssuerBytes = 1_000_000;
    // After which the issuer's name is looked up anew.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<BearerTokens>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(
                BearerTokens.HttpClientName,
                client => (client.Timeout, client.MaxResponseContentBufferSize) = (TokenIssuer.MaxWait, MaxIssuerBytes))
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = ConnectionLifetime)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseMiddleware<AccessMiddleware>();
        app.WarnOfOpenAccess();
    }
}
