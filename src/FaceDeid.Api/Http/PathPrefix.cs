using System.Text.RegularExpressions;

namespace FaceDeid.Api.Http;

/// <summary>
/// The path below which a proxy offers this service, which it takes away and tells of in <c>X-Forwarded-Prefix</c>. It gets into
/// redirects and the OpenAPI document of this one answer only: so it is looked at whoever sends it, and forgotten where it is no
/// plain path.
/// </summary>
internal static partial class PathPrefix
{
    private const string Header = "X-Forwarded-Prefix";
    private const int MaxLength = 256;

    public static Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        var prefix = context.Request.Headers[Header].ToString().TrimEnd('/');
        context.Request.PathBase = prefix.Length <= MaxLength && PlainPath().IsMatch(prefix) ? prefix : PathString.Empty;
        return next(context);
    }

    /// <summary>Segments that begin with a letter or digit: neither another host (<c>//</c>) nor a way up (<c>..</c>).</summary>
    [GeneratedRegex(@"\A(/[A-Za-z0-9][A-Za-z0-9._~-]*)+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PlainPath();
}
