using System.Text.Encodings.Web;
using System.Text.Json;
using FaceDeid.Api.Http;
using FaceDeid.Reports;

namespace FaceDeid.Api.Evaluate;

/// <summary>Marks a call whose answer is an evaluation, for the OpenAPI document.</summary>
/// <param name="Description">What the answer is.</param>
internal sealed record EvaluationAnswerMetadata(string Description);

/// <summary>An evaluation in the form that was asked for.</summary>
internal static class EvaluationAnswer
{
    /// <summary>The page needs nothing but itself, and may load nothing.</summary>
    private const string PagePolicy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything is made before the first byte leaves, so that every failure is a problem document.</summary>
    public static async Task AnswerAsync(HttpContext context, AnswerFormat format, EvaluationResult result, WorkerGate gate)
    {
        var response = context.Response;
        if (format == AnswerFormat.Zip)
        {
            var files = await gate.RunAsync(() => EvaluationFiles.Create(result), context.RequestAborted);
            response.ContentType = format.MediaType();
            response.Headers.ContentDisposition = "attachment; filename=\"evaluation.zip\"";
            await StoredZip.WriteAsync(response.Body, files, context.RequestAborted);
            return;
        }

        var content = await gate.RunAsync(() => Content(format, result), context.RequestAborted);
        response.ContentType = format == AnswerFormat.Html ? $"{format.MediaType()}; charset=utf-8" : format.MediaType();
        response.ContentLength = content.Length;
        if (format == AnswerFormat.Html)
            response.Headers.ContentSecurityPolicy = PagePolicy;
        await response.Body.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>The same, to be kept.</summary>
    public static async Task WriteAsync(
        Stream target, AnswerFormat format, EvaluationResult result, WorkerGate gate, CancellationToken cancellationToken)
    {
        if (format == AnswerFormat.Zip)
        {
            var files = await gate.RunAsync(() => EvaluationFiles.Create(result), cancellationToken);
            await StoredZip.WriteAsync(target, files, cancellationToken);
            return;
        }

        var content = await gate.RunAsync(() => Content(format, result), cancellationToken);
        await target.WriteAsync(content, cancellationToken);
    }

    /// <summary>The report as an event's JSON object, in one line.</summary>
    public static async Task WriteEventAsync(Stream body, EvaluationResult result, CancellationToken cancellationToken)
    {
        using var report = JsonDocument.Parse(result.Report.ToJson());
        await using var json = new Utf8JsonWriter(body, OneLine);
        json.WriteStartObject();
        json.WriteString("event"u8, "result"u8);
        json.WritePropertyName("report"u8);
        report.RootElement.WriteTo(json);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static byte[] Content(AnswerFormat format, EvaluationResult result) => format switch
    {
        AnswerFormat.Html => EvaluationFiles.Page(result),
        AnswerFormat.Png => EvaluationPlots.Png(result.Report),
        _ => result.Report.ToJson(),
    };
}
