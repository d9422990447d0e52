using System.Globalization;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Operations;
using FaceDeid.Video.Spool;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Jobs;

/// <summary>What calls about jobs work with.</summary>
/// <param name="Engine">The jobs.</param>
/// <param name="Audit">Where it is noted.</param>
/// <param name="Downloads">Where downloads are noted.</param>
/// <param name="Options">The configuration.</param>
/// <param name="Time">The clock.</param>
internal sealed record JobParts(
    JobEngine Engine, Audit Audit, Downloads Downloads, IOptions<FaceDeidOptions> Options, TimeProvider Time);

/// <summary>The calls about the jobs of a group: looking at them, fetching what was made, stopping and deleting them.</summary>
/// <param name="group">Which jobs.</param>
/// <param name="typeOf">How a job's result is sent, by what is stored of it.</param>
internal sealed class JobCalls(JobGroup group, Func<JobRow, IMediaStore, Task<ResultType>> typeOf)
{
    public const string Cursor = "cursor";
    public const string Limit = "limit";

    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    public async Task<Ok<JobList>> ListAsync(HttpContext context, JobParts parts) =>
        TypedResults.Ok(await PageAsync(context, parts));

    public async Task<Ok<VideoList>> ListVideosAsync(HttpContext context, JobParts parts)
    {
        var (jobs, cursor) = await PageAsync(context, parts);
        return TypedResults.Ok(new VideoList(jobs, cursor));
    }

    public async Task<Ok<Job>> GetAsync(string id, HttpContext context, JobParts parts) =>
        TypedResults.Ok(await JobDocuments.OfAsync(parts.Engine, context, Find(id, context, parts)));

    public Task WatchAsync(string id, HttpContext context, JobParts parts, IOptions<JsonOptions> json) =>
        JobEvents.AnswerAsync(id, context, group, parts, json);

    public async Task<Accepted<Job>> CancelAsync(string id, HttpContext context, JobParts parts)
    {
        var job = await parts.Engine.CancelAsync(Find(id, context, parts).Id);
        parts.Audit.NoteJob(context, "cancelled", job.Id);
        var document = await JobDocuments.OfAsync(parts.Engine, context, job);
        return TypedResults.Accepted(document.Links.Self, document);
    }

    public async Task<NoContent> DeleteAsync(string id, HttpContext context, JobParts parts)
    {
        if (parts.Engine.FindAny(context, group, id) is { IsDeleted: false } job)
        {
            await parts.Engine.DeleteAsync(job.Id);
            parts.Audit.NoteJob(context, "deleted", job.Id);
        }

        return TypedResults.NoContent();
    }

    public Task<FileStreamHttpResult> ResultAsync(string id, HttpContext context, JobParts parts) =>
        JobResults.ResultAsync(Find(id, context, parts), typeOf, context, parts);

    public FileStreamHttpResult Report(string id, HttpContext context, JobParts parts) =>
        JobResults.Json(parts.Engine, Find(id, context, parts), JobObjects.Report);

    private JobRow Find(string id, HttpContext context, JobParts parts) =>
        parts.Engine.FindOwn(context, group, id, parts.Time);

    private async Task<JobList> PageAsync(HttpContext context, JobParts parts)
    {
        var query = context.Request.Query;
        var (cursor, limit) = (query[Cursor].FirstOrDefault(), query[Limit].FirstOrDefault());
        var most = DefaultPage;
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxPage))
            throw FormBinder.Invalid(Limit, $"must be between 1 and {MaxPage}.");
        if (cursor is not null)
            _ = parts.Engine.FindAny(context, group, cursor);
        var jobs = parts.Engine.List(group, group.SeesAll(context) ? null : JobAccess.OwnerOf(context), cursor, most + 1);
        var page = new List<Job>();
        foreach (var job in jobs.Take(most))
            page.Add(await JobDocuments.OfAsync(parts.Engine, context, job));
        return new JobList(page, jobs.Count > most ? page[^1].Id : null);
    }
}
