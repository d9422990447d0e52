using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Http;

/// <summary>What a caller would like, without insisting (RFC 7240).</summary>
internal static class Preferences
{
    public const string Header = "Prefer";
    public const string AppliedHeader = "Preference-Applied";

    /// <summary>To be answered before the work is done.</summary>
    public const string RespondAsync = "respond-async";

    public static bool WantsJob(HttpRequest request) => request.Headers[Header].SelectMany(Names).Any(name =>
        name.Equals(RespondAsync, StringComparison.OrdinalIgnoreCase));

    /// <summary>The names of preferences, without their values and parameters.</summary>
    private static IEnumerable<StringSegment> Names(string? line) => new StringTokenizer(line ?? string.Empty, [','])
        .Select(preference => new StringTokenizer(preference, [';', '=']).First().Trim());
}
