using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace FaceDeid.Api.Errors;

/// <summary>Writes problem details (RFC 9457), whatever the caller's Accept header says.</summary>
internal static class ProblemAnswer
{
    /// <summary>Seconds after which a full or limited service is worth another try.</summary>
    public const int RetryAfterSeconds = 2;

    public static Task WriteAsync(
        HttpContext context, ProblemKind kind, string detail, IReadOnlyDictionary<string, string>? fields = null, TimeSpan? retryAfter = null)
    {
        var problem = new ProblemDetails { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail };
        problem.Extensions["code"] = kind.Code;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        if (fields is not null)
            problem.Extensions["errors"] = fields;

        var response = context.Response;
        response.StatusCode = kind.Status;
        response.Headers.CacheControl = "no-store";
        if (kind == ProblemKinds.RateLimited || kind == ProblemKinds.ServiceFull)
            response.Headers.RetryAfter = $"{Math.Ceiling((retryAfter ?? TimeSpan.FromSeconds(RetryAfterSeconds)).TotalSeconds)}";
        return response.WriteAsJsonAsync(problem, JsonSerializerOptions.Web, "application/problem+json", CancellationToken.None);
    }
}
