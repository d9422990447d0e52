using FaceDeid.Api.Admission;
using FaceDeid.Api.Http;
using FaceDeid.Collections;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Collections;

/// <summary>
/// <c>POST /v1/collections</c>: people hidden among each other, with a certificate. Everything is computed before the first byte
/// of an archive leaves, so that every failure is a problem document.
/// </summary>
internal static class CollectionsEndpoint
{
    public static async Task CreateAsync(
        HttpContext context, CollectionPipeline pipeline, CollectionPlaces places,
        IOptions<FaceDeidOptions> options, CancellationToken cancellationToken)
    {
        var limits = options.Value.Limits;
        using var upload = await CollectionUpload.ReadAsync(context, limits);
        using var place = places.Take();
        var run = pipeline.Begin();
        await using var examination = new Examination(run, limits.WorkersOrProcessors, cancellationToken);
        await using var archive =
            upload.Archive is null ? null : await PictureArchive.OpenAsync(upload.Archive, limits, cancellationToken);
        var form = upload.Form;
        var format = AnswerFormats.Negotiate(context.Request, form.Format, AnswerFormats.OfferedBy<CollectionForm>());
        var names = archive?.FileNames ?? [.. upload.Pictures.Select(picture => picture.Name)];
        var subjects = SubjectTable.Read(form.Subjects, form.SubjectPattern, names);

        if (format == AnswerFormat.Zip)
        {
            await CollectionArchive.AnswerAsync(context, await WorkAsync(progress: null));
        }
        else
        {
            await ProgressEvents.AnswerAsync(context, format, WorkAsync, (body, result) =>
                CollectionArchive.WriteEventAsync(body, result, context.RequestAborted));
        }

        async Task<CollectionResult> WorkAsync(IProgress<StageProgress>? progress)
        {
            if (progress is not null)
                examination.Watch(progress, names.Count);
            if (archive is not null)
                await archive.ExamineAsync(examination, form.Use with { File = form.ToOptions().Photos }, cancellationToken);
            else
                await upload.ExamineAsync(examination);
            await examination.EndAsync();
            return await run.CompleteAsync(form.ToOptions(), subjects, progress, cancellationToken);
        }
    }
}
