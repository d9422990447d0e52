using System.Globalization;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Videos;

/// <summary>What is asked of recordings.</summary>
/// <param name="Engine">The jobs.</param>
/// <param name="Audit">Where it is noted.</param>
/// <param name="Options">The configuration.</param>
/// <param name="Time">The clock.</param>
internal sealed record VideoParts(JobEngine Engine, Audit Audit, IOptions<FaceDeidOptions> Options, TimeProvider Time);

/// <summary><c>/v1/videos</c>: sending recordings, looking at them, stopping and deleting them.</summary>
internal static class VideosEndpoint
{
    /// <summary>The header that tells a request from one that is sent again.</summary>
    public const string RetryKey = "Idempotency-Key";

    public const string Cursor = "cursor";
    public const string Limit = "limit";

    private const int LongestRetryKey = 255;
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    public static async Task<IResult> CreateAsync(HttpContext context, VideoParts parts)
    {
        var retryKey = ReadRetryKey(context.Request);
        var owner = VideoAccess.OwnerOf(context);
        using var upload = parts.Engine.Receive(VideoFiles.Kind, owner);
        var (wishes, digest) = await new VideoUpload(context, parts.Options.Value, upload).ReadAsync();
        await parts.Engine.CheckAsync(upload, VideoFiles.Kind, context.RequestAborted);
        var (job, isNew) = await parts.Engine.TakeAsync(upload, digest, owner, wishes.Retention, retryKey);
        if (isNew)
            parts.Audit.NoteJob(context, "created", job.Id);
        var document = await VideoDocuments.OfAsync(parts.Engine, context, job);
        return isNew ? TypedResults.Accepted(document.Links.Self, document) : TypedResults.Ok(document);
    }

    public static async Task<Ok<VideoJobList>> ListAsync(HttpContext context, VideoParts parts)
    {
        var query = context.Request.Query;
        var (cursor, limit) = (query[Cursor].FirstOrDefault(), query[Limit].FirstOrDefault());
        var most = DefaultPage;
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxPage))
            throw Forms.FormBinder.Invalid(Limit, $"must be between 1 and {MaxPage}.");
        if (cursor is not null)
            _ = parts.Engine.FindAny(context, cursor);
        var jobs = parts.Engine.List(VideoAccess.SeesAll(context) ? null : VideoAccess.OwnerOf(context), cursor, most + 1);
        var page = new List<VideoJob>();
        foreach (var job in jobs.Take(most))
            page.Add(await VideoDocuments.OfAsync(parts.Engine, context, job));
        return TypedResults.Ok(new VideoJobList(page, jobs.Count > most ? page[^1].Id : null));
    }

    public static async Task<Ok<VideoJob>> GetAsync(string id, HttpContext context, VideoParts parts) => TypedResults.Ok(
        await VideoDocuments.OfAsync(parts.Engine, context, parts.Engine.FindOwn(context, id, parts.Time)));

    public static async Task<Accepted<VideoJob>> CancelAsync(string id, HttpContext context, VideoParts parts)
    {
        var job = await parts.Engine.CancelAsync(parts.Engine.FindOwn(context, id, parts.Time).Id);
        parts.Audit.NoteJob(context, "cancelled", job.Id);
        var document = await VideoDocuments.OfAsync(parts.Engine, context, job);
        return TypedResults.Accepted(document.Links.Self, document);
    }

    public static async Task<NoContent> DeleteAsync(string id, HttpContext context, VideoParts parts)
    {
        if (parts.Engine.FindAny(context, id) is { IsDeleted: false } job)
        {
            await parts.Engine.DeleteAsync(job.Id);
            parts.Audit.NoteJob(context, "deleted", job.Id);
        }

        return TypedResults.NoContent();
    }

    private static string? ReadRetryKey(HttpRequest request)
    {
        var sent = request.Headers[RetryKey];
        if (sent.Count == 0)
            return null;
        return sent is [{ Length: > 0 and <= LongestRetryKey } key]
            ? key
            : throw Forms.FormBinder.Invalid(RetryKey, $"is a header that is sent once, of 1 to {LongestRetryKey} characters.");
    }
}
