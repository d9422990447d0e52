using System.Globalization;
using System.Text.Json;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Video;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Videos;

/// <summary>
/// What a person does with a recording whose faces were found: looks at them, changes what is done, and lets it go on.
/// </summary>
internal static class VideoReviewEndpoint
{
    public const string Track = "track";
    public const string Page = "page";
    public const string Original = "original";

    /// <summary>Bytes of edited tracks.</summary>
    public const int MaxTracksBytes = 32_000_000;

    private const int MaxPage = 10_000;

    /// <summary><c>GET .../tracks</c>.</summary>
    public static IResult Tracks(string id, HttpContext context, JobParts parts)
    {
        var job = parts.Engine.FindOwn(context, JobGroup.Videos, id, parts.Time);
        return JobResults.OfReview(parts.Engine, job, VideoObjects.Tracks, "application/json", TagOf(job));
    }

    /// <summary><c>GET .../mask</c>.</summary>
    public static IResult Mask(string id, HttpContext context, JobParts parts)
    {
        var job = Reviewed(id, context, parts);
        return JobResults.OfReview(
            parts.Engine, job, VideoObjects.Mask, "video/mp4", $"\"{job.Id}-{job.Version}-mask\"");
    }

    /// <summary><c>PUT .../tracks</c>.</summary>
    public static async Task<IResult> PutTracksAsync(string id, HttpContext context, JobParts parts, VideoWork work)
    {
        var job = Reviewed(id, context, parts);
        if (!context.Request.HasJsonContentType())
            throw new ProblemException(ProblemKinds.UnsupportedMediaType, "Send the tracks as application/json.");
        var edits = await ReadTracksAsync(context);
        if (context.Request.Headers.IfMatch is not [var tag] || !string.Equals(tag, TagOf(job), StringComparison.Ordinal))
            throw Changed();
        return await ReviseAsync(context, parts, work, job, wishes => wishes, edits, "edited");
    }

    /// <summary><c>POST .../render</c>.</summary>
    public static async Task<IResult> RenderAsync(string id, HttpContext context, JobParts parts, VideoWork work)
    {
        var job = Reviewed(id, context, parts);
        var form = context.Request is { ContentType: null, ContentLength: null or 0 }
            ? new RenderForm()
            : (await FormReader.ReadAsync(context)).Bind<RenderForm>();
        return await ReviseAsync(context, parts, work, job, form.Change, edits: null, "rendered");
    }

    /// <summary><c>GET .../contact-sheet</c>.</summary>
    public static async Task<IResult> ContactSheetAsync(string id, HttpContext context, JobParts parts, VideoPipeline pipeline)
    {
        var job = Reviewed(id, context, parts);
        var query = context.Request.Query;
        var isOriginal = AsksForOriginals(context.Request);
        int? track = query.ContainsKey(Track) ? Number(Track, query[Track], int.MaxValue) : null;
        var page = query.ContainsKey(Page) ? Number(Page, query[Page], MaxPage) : 1;
        var sheet = await pipeline.DrawContactSheetAsync(
            parts.Engine.Open(job.Id), track, page, isOriginal, context.RequestAborted)
            ?? throw new ProblemException(
                ProblemKinds.NotFound,
                "There is no such track, or no such page, or the recording was sent without 'review'. GET .../tracks names the "
                + "tracks.");
        if (isOriginal)
            parts.Audit.NoteJob(context, "originals seen", job.Id);
        return TypedResults.Bytes(sheet, "image/jpeg");
    }

    /// <summary>Names the tracks as they are now.</summary>
    public static string TagOf(JobRow job) => $"\"{job.Id}-{job.Input ?? "0"}\"";

    private static async Task<IResult> ReviseAsync(
        HttpContext context, JobParts parts, VideoWork work, JobRow job, Func<VideoWishes, VideoWishes> change,
        VideoTracks? edits, string what)
    {
        var store = parts.Engine.Open(job.Id);
        var before = await VideoInput.ReadAsync(store, job.Input);
        var wishes = change(await VideoInput.WishesAsync(store, job.Input));
        if (!wishes.Review)
        {
            throw new ProblemException(
                ProblemKinds.AlreadyEnded,
                "The recording was sent without 'review', and is deleted by now. Send it again with review=true.");
        }

        await work.CheckAsync(wishes, store);
        await VideoPipeline.CheckAsync(store, edits, wishes.OnNoFace, context.RequestAborted);
        var revised = await parts.Engine.ReviseAsync(job, name => new VideoInput(
            wishes, new VideoRevision(name, before?.Revision.Name, edits)).WriteAsync(store, name)) ?? throw Changed();
        parts.Audit.NoteJob(context, what, job.Id);
        var document = await JobDocuments.OfAsync(parts.Engine, context, revised);
        return TypedResults.Accepted(document.Links.Self, document);
    }

    private static async Task<VideoTracks> ReadTracksAsync(HttpContext context)
    {
        try
        {
            var edits = await FormReader.ReadAsync(
                context, async () => await JsonSerializer.DeserializeAsync<VideoTracks>(
                    context.Request.Body, VideoRegions.Json, CancellationToken.None));
            return edits?.Tracks is null ? throw Unreadable(string.Empty) : edits;
        }
        catch (JsonException e)
        {
            throw Unreadable(e.Path is { Length: > 0 and < 100 } path ? $" The mistake is at {path}." : string.Empty);
        }
    }

    private static ProblemException Unreadable(string where) => new(
        ProblemKinds.BadTracks,
        $"The body is not what GET .../tracks gives: an object with 'tracks', and what is known of each.{where}");

    private static ProblemException Changed() => new(
        ProblemKinds.TracksChanged,
        "Send the ETag of GET .../tracks as If-Match. If you did, the tracks were changed since: get them again.");

    /// <summary>A recording whose faces were found, and on which no work goes on.</summary>
    private static JobRow Reviewed(string id, HttpContext context, JobParts parts)
    {
        var job = parts.Engine.FindOwn(context, JobGroup.Videos, id, parts.Time);
        return job.State is JobState.Review or JobState.Done ? job : throw JobResults.NotReady(JobState.Review);
    }

    /// <summary>Whether originals are asked for: that needs a scope.</summary>
    public static bool AsksForOriginals(HttpRequest request) => request.Query[Original] switch
    {
        [] or ["false"] => false,
        ["true"] => true,
        _ => throw FormBinder.Invalid(Original, "must be true or false."),
    };

    private static int Number(string name, StringValues sent, int most) =>
        sent is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= most
            ? number
            : throw FormBinder.Invalid(name, $"must be between 1 and {most}.");
}
