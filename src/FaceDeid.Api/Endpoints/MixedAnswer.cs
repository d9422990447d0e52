using System.Net.Http.Headers;
using System.Text.Json;
using FaceDeid.Api.Forms;
using FaceDeid.Deidentification;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Endpoints;

/// <summary>Report and picture in one answer, <c>multipart/mixed</c>: first the part <c>report</c>, then the part <c>picture</c>.</summary>
internal sealed class MixedAnswer(DeidentificationReport report, byte[] picture, AnswerFormat format) : IResult
{
    public const string MediaType = "multipart/mixed";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        using var parts = new MultipartContent("mixed"); // with a random boundary
        using var first = Part(JsonSerializer.SerializeToUtf8Bytes(report, json), AnswerFormat.Json, "report");
        using var second = Part(picture, format, "picture");
        parts.Add(first);
        parts.Add(second);
        httpContext.Response.ContentType = parts.Headers.ContentType!.ToString();
        httpContext.Response.ContentLength = parts.Headers.ContentLength;
        await parts.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
    }

    private static ByteArrayContent Part(byte[] content, AnswerFormat format, string name) => new(content)
    {
        Headers =
        {
            ContentType = new MediaTypeHeaderValue(format.MediaType()),
            ContentDisposition = new ContentDispositionHeaderValue("inline") { Name = name },
        },
    };
}
