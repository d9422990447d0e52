using FaceDeid.Video.Spool;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Jobs;

/// <summary>How the result of a job is sent.</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Extension">How its name ends.</param>
internal sealed record ResultType(string MediaType, string Extension);

/// <summary>What comes of a job, out of the spool piece by piece.</summary>
internal static class JobResults
{
    /// <summary>The result, or a part of it.</summary>
    /// <param name="job">Whose.</param>
    /// <param name="typeOf">How it is sent, by what is stored of the job.</param>
    /// <param name="context">The request.</param>
    /// <param name="parts">The jobs.</param>
    public static async Task<FileStreamHttpResult> ResultAsync(
        JobRow job, Func<JobRow, IMediaStore, Task<ResultType>> typeOf, HttpContext context, JobParts parts)
    {
#pragma warning disable IDISP001 // the answer's, which disposes of it
        var stream = Open(parts.Engine, job, JobObjects.Result);
#pragma warning restore IDISP001
        try
        {
            var (type, extension) = await typeOf(job, parts.Engine.Open(job.Id));
            if (HttpMethods.IsGet(context.Request.Method))
                parts.Downloads.Note(context, job.Id);
            return TypedResults.Stream(
                stream, type, $"{job.Id}.{extension}", job.Ended, new EntityTagHeaderValue($"\"{job.Id}-{job.Version}\""),
                enableRangeProcessing: true);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

#pragma warning disable IDISP004 // the answer disposes of it
    /// <summary>An object that is JSON.</summary>
    public static FileStreamHttpResult Json(JobEngine engine, JobRow job, string name) =>
        TypedResults.Stream(Open(engine, job, name), "application/json");

    /// <summary>Something that is there as soon as a person may look at it.</summary>
    public static FileStreamHttpResult OfReview(JobEngine engine, JobRow job, string name, string type, string tag) =>
        TypedResults.Stream(
            Open(engine, job, name, JobState.Review), type, entityTag: new EntityTagHeaderValue(tag),
            enableRangeProcessing: true);
#pragma warning restore IDISP004

    /// <summary>It is too early, or too late, for what is asked for.</summary>
    /// <param name="from">The state from which on it is there.</param>
    public static ProblemException NotReady(JobState from) => new(
        ProblemKinds.NotReady,
        from == JobState.Review
            ? "It is there when the state of the job is 'review' or 'done'. Look at the job itself, or at its events."
            : "It is there when the state of the job is 'done'. Look at the job itself, or at its events.");

    private static Stream Open(JobEngine engine, JobRow job, string name, JobState from = JobState.Done)
    {
        try
        {
            return job.State == JobState.Done || job.State == from ? engine.Open(job.Id).OpenRead(name) : throw NotReady(from);
        }
        catch (FileNotFoundException)
        {
            throw NotReady(from);
        }
    }
}
