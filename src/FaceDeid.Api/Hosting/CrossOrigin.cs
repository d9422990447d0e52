using FaceDeid.Api.Endpoints;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Hosting;

/// <summary>
/// Lets pages of other origins that the operator names call <c>/v1</c> from a browser (CORS). Keys and tokens are headers that
/// the page sets itself: credentials of the browser are never taken.
/// </summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    public static void AddCrossOrigin(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<FaceDeidOptions>>((cors, options) => cors.AddDefaultPolicy(p => p
            .WithOrigins([.. options.Value.Cors.Origins])
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post)
            .AllowAnyHeader()
            .WithExposedHeaders([.. PictureAnswer.Headers, HeaderNames.RetryAfter, HeaderNames.ContentDisposition])
            .SetPreflightMaxAge(PreflightAge)));
    }

    /// <summary>Before access and limits: a browser asks first whether it may send a key.</summary>
    public static void UseCrossOrigin(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Cors.Origins.Count > 0)
            app.UseWhen(Admission.IsGuarded, v1 => v1.UseCors());
    }
}
