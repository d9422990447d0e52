namespace FaceDeid.Api.Jobs;

/// <summary>What callers are told of a job.</summary>
internal static class JobDocuments
{
    public static async Task<Job> OfAsync(JobEngine engine, HttpContext context, JobRow job)
    {
        var kind = (JobKind)WireNames.Parse(typeof(JobKind), job.Kind)!;
        var self = $"{context.Request.PathBase}{JobGroup.Of(job).Path}/{job.Id}";
        var isDone = job.State == JobState.Done;
        var isVideo = kind == JobKind.Video;
        var hasTracks = isVideo && job.State is JobState.Review or JobState.Done;
        return new Job(
            job.Id, kind, job.State, job.Created, job.Started, job.Ended, job.Expires,
            job.Phase is null
                ? null
                : new Job.WorkProgress(
                    job.Phase, job.Done, job.Total, job.HasEnded ? null : job.SecondsLeft, isVideo ? job.Faces : null),
            job.Warnings, await engine.ErrorOfAsync(job),
            new Job.Addresses(
                self, $"{self}/events", isDone ? $"{self}/result" : null, isDone ? $"{self}/report" : null,
                hasTracks ? $"{self}/tracks" : null));
    }
}
