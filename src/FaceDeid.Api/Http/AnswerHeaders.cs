namespace FaceDeid.Api.Http;

/// <summary>Headers of every answer, errors included, that tell browsers to do nothing with it that is not asked for.</summary>
internal static class AnswerHeaders
{
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Swagger UI has its scripts and styles beside it, but for one style that its logo carries (by hash: the tests in a browser
    /// give the next one), and shows icons from <c>data:</c> and pictures that it was answered from <c>blob:</c>.
    /// </summary>
    private const string SwaggerPage =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src "
        + "'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Sets them at the very last, so that no error that clears an answer clears them.</summary>
    public static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    }

    private static Task Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Reports have their own.
        headers.TryAdd(
            "Content-Security-Policy",
            context.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase) ? SwaggerPage : NoPage);
        if (Calls.AreGuarded(context))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
