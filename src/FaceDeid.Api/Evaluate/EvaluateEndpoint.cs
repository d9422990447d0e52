using FaceDeid.Api.Admission;
using FaceDeid.Api.Http;
using FaceDeid.Api.Jobs;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Evaluate;

/// <summary>
/// <c>POST /v1/evaluate</c>: what a de-identified set is worth. Faults of options and of the dataset's order are problem
/// documents in every form; what is found out later is, too, but in the forms that tell of progress. Or it becomes a job.
/// </summary>
internal static class EvaluateEndpoint
{
    public static async Task EvaluateAsync(
        HttpContext context, EvaluationPipeline pipeline, WorkerGate gate, CollectionPlaces places, JobParts jobs,
        IOptions<FaceDeidOptions> options, CancellationToken cancellationToken)
    {
        var limits = options.Value.Limits;
        await using var job = new JobRequest(context, jobs, JobKind.Evaluation);
        await using var upload = new EvaluationUpload(job, limits);
        if (await upload.ReadAsync(context))
        {
            await job.AnswerAsync(upload.Form, upload.Form.Retention, upload.Form.Webhook);
            return;
        }

        using var place = places.Take();
        var form = upload.Form;
        await using var archive = await DatasetArchive.OpenAsync(upload.Dataset!, limits, cancellationToken);
        _ = form.ToOptions(); // what contradicts itself is told first
        var format = AnswerFormats.Negotiate(context.Request, form.Format, AnswerFormats.OfferedBy<EvaluateForm>());
        var evaluation = EvaluationUpload.OptionsOf(form, format);
        var dataset = await DatasetReader.ReadAsync(archive.Files, form.Subjects, evaluation.MadeBy, cancellationToken);

        if (format is AnswerFormat.Jsonl or AnswerFormat.Sse)
        {
            await ProgressEvents.AnswerAsync(context, format, WorkAsync, (body, result) =>
                EvaluationAnswer.WriteEventAsync(body, result, context.RequestAborted));
        }
        else
        {
            await EvaluationAnswer.AnswerAsync(context, format, await WorkAsync(progress: null), gate);
        }

        async Task<EvaluationResult> WorkAsync(IProgress<StageProgress>? progress) =>
            await pipeline.EvaluateAsync(dataset, evaluation, progress, cancellationToken);
    }
}
