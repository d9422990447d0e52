using FaceDeid.Api.Admission;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Collections;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using Microsoft.Extensions.Options;
using Microsoft.IO;

namespace FaceDeid.Api.Evaluate;

/// <summary>
/// <c>POST /v1/evaluate</c>: what a de-identified set is worth. Faults of options and of the dataset's order are problem
/// documents in every form; what is found out later is, too, but in the forms that tell of progress.
/// </summary>
internal static class EvaluateEndpoint
{
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxTableBytes = 4 * SubjectTable.MaxCharacters;

    private static readonly string Subjects = WireNames.OfProperty(nameof(EvaluateForm.Subjects));

    public static async Task EvaluateAsync(
        HttpContext context, EvaluationPipeline pipeline, WorkerGate gate, CollectionPlaces places,
        IOptions<FaceDeidOptions> options, CancellationToken cancellationToken)
    {
        var limits = options.Value.Limits;
        var (form, bytes) = await ReadAsync(context);
        await using var held = bytes;
        using var place = places.Take();
        await using var archive = await DatasetArchive.OpenAsync(bytes, limits, cancellationToken);
        var evaluation = form.ToOptions();
        var format = AnswerFormats.Negotiate(context.Request, form.Format, AnswerFormats.OfferedBy<EvaluateForm>());
        if (evaluation.LeakPictures && format is not (AnswerFormat.Html or AnswerFormat.Zip))
        {
            throw FormBinder.Invalid(
                WireNames.OfProperty(nameof(EvaluateForm.Pictures)),
                "belongs to the forms html and zip only. Leave it out, or ask for one of them.");
        }

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

    private static async Task<(EvaluateForm Form, RecyclableMemoryStream Dataset)> ReadAsync(HttpContext context)
    {
        RecyclableMemoryStream? dataset = null;
        try
        {
            var parts = await FormReader.ReadAsync(context, MaxTextBytes, async (part, parts) =>
            {
                parts.AddFile(part);
                parts.Bind<EvaluateForm>(); // mistakes that can be seen by now are answered before the dataset is read
                dataset = await part.HoldAsync();
            }, (Subjects, MaxTableBytes));
            return (parts.Bind<EvaluateForm>(), dataset!);
        }
        catch
        {
            dataset?.Dispose();
            throw;
        }
    }
}
