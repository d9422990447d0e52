namespace FaceDeid.Api.Http;

/// <summary>How a body may be packed (<c>Content-Encoding</c>, RFC 9110, section 8.4): with gzip, or not at all.</summary>
internal static class ContentCoding
{
    public const string Gzip = ProblemAnswer.KnownEncoding;

    private const string OldGzip = "x-gzip"; // the same, section 8.4.1.3
    private const string Identity = "identity";

    public static bool IsGzip(HttpRequest request) => Codings(request) is [Gzip or OldGzip];

    /// <summary>Looks at the head of a request.</summary>
    /// <exception cref="ProblemException">415: the body is packed in another way, or several times.</exception>
    public static void RequireKnown(HttpRequest request)
    {
        if (Codings(request) is not ([] or [Gzip or OldGzip]))
        {
            throw new ProblemException(
                ProblemKinds.UnsupportedEncoding,
                $"Send the body packed with {Gzip}, once, or unpacked and without Content-Encoding.");
        }
    }

    private static string[] Codings(HttpRequest request) =>
    [
        .. $"{request.Headers.ContentEncoding}".Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(coding => coding.ToLowerInvariant()).Where(coding => coding is not Identity),
    ];
}
