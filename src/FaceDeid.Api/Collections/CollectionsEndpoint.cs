using FaceDeid.Api.Admission;
using FaceDeid.Api.Http;
using FaceDeid.Api.Jobs;
using FaceDeid.Collections;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Collections;

/// <summary>
/// <c>POST /v1/collections</c>: people hidden among each other, with a certificate. Everything is computed before the first byte
/// of an archive leaves, so that every failure is a problem document; or it becomes a job.
/// </summary>
internal static class CollectionsEndpoint
{
    public static async Task CreateAsync(
        HttpContext context, CollectionPipeline pipeline, CollectionPlaces places, JobParts jobs,
        IOptions<FaceDeidOptions> options, CancellationToken cancellationToken)
    {
        await using var job = new JobRequest(context, jobs, JobKind.Collection);
        await using var upload = new CollectionUpload(job, options.Value);
        if (await upload.ReadAsync(context))
        {
            await job.AnswerAsync(upload.Form, upload.Form.Retention, upload.Form.Webhook);
            return;
        }

        using var place = places.Take();
        await using var pictures = await upload.OpenAsync(cancellationToken);
        AnswerFormats.Negotiate(
            context.Request, upload.Form.Format, AnswerFormats.OfferedBy<CollectionForm>(), CollectionForm.EventsOfJobs);
        var work = new CollectionMaker(pipeline, options.Value.Limits.WorkersOrProcessors, progress: null);
        await CollectionArchive.AnswerAsync(context, await work.MakeAsync(pictures, upload.Form, cancellationToken));
    }
}
