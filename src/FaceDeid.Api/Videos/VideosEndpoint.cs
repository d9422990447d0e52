using FaceDeid.Api.Jobs;

namespace FaceDeid.Api.Videos;

/// <summary><c>POST /v1/videos</c>: a recording is taken; the rest is what jobs have in common.</summary>
internal static class VideosEndpoint
{
    public static async Task<IResult> CreateAsync(HttpContext context, JobParts parts)
    {
        var retryKey = JobIntake.ReadRetryKey(context.Request);
        using var upload = parts.Engine.Receive(VideoFiles.Kind, JobAccess.OwnerOf(context));
        var (wishes, digest) = await new VideoUpload(context, parts.Options.Value, upload).ReadAsync();
        var terms = new JobTerms(wishes.Retention, retryKey, wishes.Webhook);
        return await parts.AcceptAsync(context, upload, VideoFiles.Kind, digest, terms);
    }
}
