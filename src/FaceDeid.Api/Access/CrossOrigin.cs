using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Access;

/// <summary>
/// Lets pages of other origins that the operator names call <c>/v1</c> from a browser (CORS). Keys and tokens are headers that
/// the page sets itself: credentials of the browser are never taken. Other pages could send forms as well, without reading the
/// answer: they are refused, unread.
/// </summary>
internal static class CrossOrigin
{
    private const string SecFetchSite = "Sec-Fetch-Site";
    private const string SameOrigin = "same-origin";
    private const string PreferenceApplied = "Preference-Applied";

    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    public static void AddCrossOrigin(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<FaceDeidOptions>>((cors, options) => cors.AddDefaultPolicy(p => p
            .WithOrigins([.. options.Value.Cors.Origins])
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete)
            .AllowAnyHeader()
            .WithExposedHeaders(
            [
                .. FaceDeidHeaders.OfAnswers, HeaderNames.RetryAfter, HeaderNames.ContentDisposition,
                HeaderNames.Location, HeaderNames.ETag, HeaderNames.AcceptRanges, HeaderNames.ContentRange, PreferenceApplied,
            ])
            .SetPreflightMaxAge(PreflightAge)));
    }

    /// <summary>Before access and limits: a browser asks first whether it may send a key.</summary>
    public static void UseCrossOrigin(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Cors.Origins;
        if (origins.Count > 0)
            app.UseWhen(Calls.AreGuarded, v1 => v1.UseCors());
        app.Use((context, next) => MayCall(context.Request, origins)
            ? next(context)
            : ProblemAnswer.WriteAsync(
                context, ProblemKinds.ForeignOrigin,
                "A browser sent this from a page of another origin. The operator allows pages by the setting "
                + "FaceDeid:Cors:Origins."));
    }

    /// <summary>
    /// Whether no page of another origin sent this: browsers say where a request comes from, and pages cannot make them say
    /// otherwise. What is no browser says nothing.
    /// </summary>
    private static bool MayCall(HttpRequest request, IList<string> origins)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return true;
        var (origin, site) = (request.Headers.Origin, request.Headers[SecFetchSite].ToString());
        if (origins.Contains(origin.ToString(), StringComparer.Ordinal))
            return true;
        return origin.Count == 0
            ? site is "" or "none" or SameOrigin
            : site is SameOrigin || (site is "" && IsOwn(origin.ToString(), request));
    }

    /// <summary>
    /// Whether an origin is the service's own address, for browsers that tell no more. Where TLS ends before the service it is
    /// asked for as
    /// <c>http</c>.
    /// </summary>
    private static bool IsOwn(string origin, HttpRequest request)
    {
        var host = AllowedHosts.HostOf(request);
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (!request.IsHttps || string.Equals(page.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
            && string.Equals(page.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && (host.Port is { } port ? page.Port == port : page.IsDefaultPort);
    }
}
