using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FaceDeid.Api.Errors;
using FaceDeid.KSame;

namespace FaceDeid.Api.Endpoints;

/// <summary>
/// A collection's answer as it comes about: progress, then the archive or a problem, as lines of JSON or as server-sent events. The
/// status is 200 before the outcome is known.
/// </summary>
internal static class CollectionEvents
{
    public const string JsonLines = "application/x-ndjson";
    public const string ServerSent = "text/event-stream";

    public static async Task AnswerAsync(HttpContext context, bool isServerSent, Func<IProgress<StageProgress>, Task<CollectionResult>> work)
    {
        context.Response.ContentType = isServerSent ? ServerSent : JsonLines;
        var lines = new ProgressLines(TimeProvider.System);
        var result = WorkAsync();
        try
        {
            await foreach (var (stage, done, total) in lines.ReadAllAsync())
                await WriteAsync("progress", new ProgressEvent("progress", stage, done, total));
        }
        finally
        {
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it works with is freed when this returns
        }

        if (result.IsCompletedSuccessfully)
        {
            await WriteEventAsync("result", body => WriteResultAsync(body, result.Result, context.RequestAborted));
            return;
        }

        var failure = result.Exception?.InnerException ?? new OperationCanceledException();
        if (ProblemMiddleware.IsGone(failure, context))
            return;
        var problem = ProblemMiddleware.Logged(failure, context, context.RequestServices.GetRequiredService<ILogger<ProblemMiddleware>>());
        await WriteAsync("problem", new ProblemEvent("problem", ProblemAnswer.Document(context, problem.Kind, problem.Message, problem.Fields)));

        async Task<CollectionResult> WorkAsync()
        {
            try
            {
                return await work(lines);
            }
            finally
            {
                lines.End();
            }
        }

        Task WriteAsync<T>(string name, T value) =>
            WriteEventAsync(name, body => JsonSerializer.SerializeAsync(body, value, ProblemAnswer.Json, CancellationToken.None));

        async Task WriteEventAsync(string name, Func<Stream, Task> write)
        {
            var body = context.Response.Body;
            if (isServerSent)
                await body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: "), CancellationToken.None);
            await write(body);
            await body.WriteAsync(isServerSent ? "\n\n"u8.ToArray() : "\n"u8.ToArray(), CancellationToken.None);
            await body.FlushAsync(CancellationToken.None);
        }
    }

    /// <summary>The archive goes through Base64 as it is written: it is never there as a text.</summary>
    private static async Task WriteResultAsync(Stream body, CollectionResult result, CancellationToken cancellationToken)
    {
        await body.WriteAsync("{\"event\":\"result\",\"archive\":\""u8.ToArray(), cancellationToken);
        using var transform = new ToBase64Transform();
        await using (var base64 = new CryptoStream(body, transform, CryptoStreamMode.Write, leaveOpen: true))
            await CollectionArchive.WriteAsync(base64, result, cancellationToken);
        await body.WriteAsync("\"}"u8.ToArray(), cancellationToken);
    }

    private sealed record ProgressEvent(string Event, string Stage, int Done, int Total);

    private sealed record ProblemEvent(string Event, Problem Problem);
}
