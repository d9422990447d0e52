using System.Text;
using System.Text.Json;

namespace FaceDeid.Api.Http;

/// <summary>
/// The answer of a large work as it comes about: progress, then the result or a problem, as lines of JSON or as server-sent
/// events. The status is 200 before the outcome is known.
/// </summary>
internal static class ProgressEvents
{
    /// <summary>Does the work and writes what comes of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="format">Server-sent events, or lines of JSON.</param>
    /// <param name="work">The work, which says how far it is.</param>
    /// <param name="writeResult">Writes the result's event: a JSON object, in one line.</param>
    public static async Task AnswerAsync<T>(
        HttpContext context, AnswerFormat format, Func<IProgress<StageProgress>, Task<T>> work, Func<Stream, T, Task> writeResult)
    {
        var isServerSent = format == AnswerFormat.Sse;
        context.Response.ContentType = format.MediaType();
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep events until it has some kilobytes
        var lines = new ProgressLines(TimeProvider.System);
        var result = WorkAsync();
        try
        {
            await foreach (var (stage, done, total) in lines.ReadAllAsync())
                await WriteAsync("progress", new ProgressEvent("progress", stage, done, total));
        }
        finally
        {
            // What it works with is freed when this returns.
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (result.IsCompletedSuccessfully)
        {
            await WriteEventAsync("result", body => writeResult(body, result.Result));
            return;
        }

        var failure = result.Exception?.InnerException ?? new OperationCanceledException();
        if (ProblemMiddleware.IsGone(failure, context))
            return;
        var problem = ProblemMiddleware.Logged(
            failure, context, context.RequestServices.GetRequiredService<ILogger<ProblemMiddleware>>());
        await WriteAsync("problem", new ProblemEvent(
            "problem", ProblemAnswer.Document(context, problem.Kind, problem.Message, problem.Fields)));

        async Task<T> WorkAsync()
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

        Task WriteAsync<TEvent>(string name, TEvent value) =>
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

    private sealed record ProgressEvent(string Event, string Stage, int Done, int Total);

    private sealed record ProblemEvent(string Event, Problem Problem);
}
