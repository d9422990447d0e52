using System.Globalization;
using System.Text;
using System.Text.Json;
using FaceDeid.Api.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// A job as it changes, as server-sent events or lines of JSON, until it has ended. Who comes again with <c>Last-Event-ID</c> is
/// told what changed since.
/// </summary>
internal static class JobEvents
{
    private const string LastId = "Last-Event-ID";

    private static readonly AnswerFormat[] Offered = [AnswerFormat.Sse, AnswerFormat.Jsonl];
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenSharedLooks = TimeSpan.FromSeconds(1); // each of which goes through a network
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(15); // proxies close what is silent
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1); // then it is asked for again

    public static async Task AnswerAsync(
        string id, HttpContext context, JobGroup group, JobParts parts, IOptions<JsonOptions> json)
    {
        var isServerSent = AnswerFormats.Negotiate(context.Request, field: null, Offered) == AnswerFormat.Sse;
        var job = parts.Engine.FindOwn(context, group, id, parts.Time);
        var seen = long.TryParse(context.Request.Headers[LastId], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : 0;
        context.Response.ContentType = (isServerSent ? AnswerFormat.Sse : AnswerFormat.Jsonl).MediaType();
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep events until it has some kilobytes
        await context.Response.StartAsync(context.RequestAborted);

        var (start, sign) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
        while (true)
        {
            if (job.Version > seen)
            {
                seen = job.Version;
                await WriteAsync(Line(job, await JobDocuments.OfAsync(parts.Engine, context, job)));
            }
            else if (isServerSent && TimeProvider.System.GetElapsedTime(sign) > BetweenSigns)
            {
                await WriteAsync(":\n\n");
            }

            if (job.HasEnded || TimeProvider.System.GetElapsedTime(start) > Longest)
                return;
            await Task.Delay(parts.Engine.IsShared ? BetweenSharedLooks : BetweenLooks, context.RequestAborted);
            if (parts.Engine.Find(id) is not { IsDeleted: false } current)
                return;
            job = current;
        }

        async Task WriteAsync(string text)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            sign = TimeProvider.System.GetTimestamp();
        }

        string Line(JobRow changed, Job document)
        {
            var name = changed.HasEnded || changed.Phase is null ? "state" : "progress";
            return isServerSent
                ? $"id: {changed.Version}\nevent: {name}\ndata: {Json(document)}\n\n"
                : Json(new ChangeEvent(name, changed.Version, document)) + "\n";
        }

        string Json<T>(T value) => JsonSerializer.Serialize(value, json.Value.SerializerOptions);
    }

    private sealed record ChangeEvent(string Event, long Id, Job Job);
}
