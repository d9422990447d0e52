using FaceDeid.Api.Jobs;

namespace FaceDeid.Api.Videos;

/// <summary>What callers are told of a recording.</summary>
internal static class VideoDocuments
{
    public static async Task<VideoJob> OfAsync(JobEngine engine, HttpContext context, JobRow job)
    {
        var self = $"{context.Request.PathBase}/v1/videos/{job.Id}";
        var isDone = job.State == JobState.Done;
        return new VideoJob(
            job.Id, job.State, job.Created, job.Started, job.Ended, job.Expires,
            job.Phase is null
                ? null
                : new VideoJob.WorkProgress(
                    job.Phase, job.Done, job.Total, job.HasEnded ? null : job.SecondsLeft, job.Faces),
            job.Warnings, await engine.ErrorOfAsync(job),
            new VideoJob.Addresses(
                self, $"{self}/events", isDone ? $"{self}/result" : null, isDone ? $"{self}/report" : null,
                isDone ? $"{self}/tracks" : null));
    }
}
