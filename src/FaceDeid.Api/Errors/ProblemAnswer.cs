using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Api.Errors;

/// <summary>Writes problem documents, whatever the caller's Accept header says.</summary>
internal static class ProblemAnswer
{
    public const string MediaType = "application/problem+json";

    /// <summary>How a body may be packed.</summary>
    public const string KnownEncoding = "gzip";

    private const int RetryAfterSeconds = 2; // after which a full service, an issuer or a storage is worth another try

    /// <summary>How problem documents are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // readable quotes: the texts are ours, and never part of a page
    };

    public static Task WriteAsync(
        HttpContext context, ProblemKind kind, string detail,
        IReadOnlyDictionary<string, string>? fields = null, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = kind.Status;
        response.Headers.CacheControl = "no-store";
        if (kind == ProblemKinds.RateLimited || kind == ProblemKinds.ServiceFull || kind == ProblemKinds.IssuerUnavailable
            || kind == ProblemKinds.StorageUnavailable)
            response.Headers.RetryAfter = $"{Math.Ceiling((retryAfter ?? TimeSpan.FromSeconds(RetryAfterSeconds)).TotalSeconds)}";
        if (kind == ProblemKinds.UnsupportedEncoding)
            response.Headers.AcceptEncoding = KnownEncoding; // RFC 9110, section 15.5.16
        return response.WriteAsJsonAsync(Document(context, kind, detail, fields), Json, MediaType, CancellationToken.None);
    }

    /// <summary>The problem document of a request.</summary>
    public static Problem Document(
        HttpContext context, ProblemKind kind, string detail, IReadOnlyDictionary<string, string>? fields)
    {
        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        return new Problem(kind.Type, kind.Title, kind.Status, detail, kind.Code, traceId, fields);
    }
}
