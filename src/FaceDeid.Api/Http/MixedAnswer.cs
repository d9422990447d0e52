using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Http;

/// <summary>
/// Several parts in one answer, <c>multipart/mixed</c>: <c>report</c> and <c>sidecar</c>, where there are any, around
/// <c>picture</c>.
/// </summary>
internal sealed class MixedAnswer(object? report, byte[] picture, AnswerFormat format, byte[]? sidecar = null) : IResult
{
    /// <summary>Media type of a sidecar.</summary>
    public const string SidecarType = "application/octet-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        using var parts = new MultipartContent("mixed"); // with a random boundary
        if (report is not null)
            parts.Add(Part(JsonSerializer.SerializeToUtf8Bytes(report, json), AnswerFormat.Json.MediaType(), "report"));
        parts.Add(Part(picture, format.MediaType(), "picture"));
        if (sidecar is not null)
            parts.Add(Part(sidecar, SidecarType, "sidecar"));
        httpContext.Response.ContentType = parts.Headers.ContentType!.ToString();
        httpContext.Response.ContentLength = parts.Headers.ContentLength;
        await parts.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
    }

    private static ByteArrayContent Part(byte[] content, string mediaType, string name) => new(content)
    {
        Headers =
        {
            ContentType = new MediaTypeHeaderValue(mediaType),
            ContentDisposition = new ContentDispositionHeaderValue("inline") { Name = name },
        },
    };
}
