using FaceDeid.Api.Jobs;
using FaceDeid.Video.Spool;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Videos;

/// <summary>What comes of a recording: the new one, the report and the tracks, out of the spool piece by piece.</summary>
internal static class VideoResults
{
    /// <summary>The new recording, or a part of it.</summary>
    public static async Task<FileStreamHttpResult> ResultAsync(string id, HttpContext context, VideoParts parts)
    {
        var job = parts.Engine.FindOwn(context, id, parts.Time);
#pragma warning disable IDISP001 // the answer's, which disposes of it
        var stream = Open(parts.Engine, job, VideoObjects.Result);
#pragma warning restore IDISP001
        try
        {
            var wishes = VideoWishes.Parse(await parts.Engine.Open(job.Id).ReadTextAsync(JobObjects.Options));
            var (type, extension) = VideoFiles.Type(wishes.Container);
            if (HttpMethods.IsGet(context.Request.Method))
                parts.Audit.NoteJob(context, "downloaded", job.Id);
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

    public static FileStreamHttpResult Report(string id, HttpContext context, VideoParts parts) =>
        Json(parts.Engine, parts.Engine.FindOwn(context, id, parts.Time), VideoObjects.Report);

    public static FileStreamHttpResult Tracks(string id, HttpContext context, VideoParts parts) =>
        Json(parts.Engine, parts.Engine.FindOwn(context, id, parts.Time), VideoObjects.Tracks);

#pragma warning disable IDISP004 // the answer disposes of it
    private static FileStreamHttpResult Json(JobEngine engine, JobRow job, string name) =>
        TypedResults.Stream(Open(engine, job, name), "application/json");
#pragma warning restore IDISP004

    private static Stream Open(JobEngine engine, JobRow job, string name)
    {
        try
        {
            return job.State == JobState.Done ? engine.Open(job.Id).OpenRead(name) : throw NotReady();
        }
        catch (FileNotFoundException)
        {
            throw NotReady();
        }
    }

    private static ProblemException NotReady() => new(
        ProblemKinds.NotReady,
        "It is there when the state of the recording is 'done'. Look at the recording itself, or at its events.");
}
