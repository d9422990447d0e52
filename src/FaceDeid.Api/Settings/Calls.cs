namespace FaceDeid.Api.Settings;

/// <summary>The calls of the service.</summary>
internal static class Calls
{
    private static readonly PathString Guarded = "/v1";

    /// <summary>Whether a request is one of those that access and limits are about.</summary>
    public static bool AreGuarded(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Guarded, StringComparison.OrdinalIgnoreCase);
}
