using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HttpOverrides;

namespace FaceDeid.Api.Hosting;

/// <summary>
/// The path below which a proxy offers this service, which it takes away and tells of in <c>X-Forwarded-Prefix</c>. Like the
/// other headers of its kind it is looked at with <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c> only.
/// </summary>
internal static partial class PathPrefix
{
    private const int MaxLength = 256;

    public static void AddPathPrefix(this IServiceCollection services) =>
        services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders |= ForwardedHeaders.XForwardedPrefix);

    /// <summary>
    /// Forgets a prefix that is no plain path: it gets into redirects and the OpenAPI document, and callers can send it where no
    /// proxy does.
    /// </summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var prefix = (context.Request.PathBase.Value ?? string.Empty).TrimEnd('/');
        context.Request.PathBase = prefix.Length <= MaxLength && PlainPath().IsMatch(prefix) ? prefix : PathString.Empty;
        return next(context);
    }

    /// <summary>Segments that begin with a letter or digit: neither another host (<c>//</c>) nor a way up (<c>..</c>).</summary>
    [GeneratedRegex(@"\A(/[A-Za-z0-9][A-Za-z0-9._~-]*)+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PlainPath();
}
