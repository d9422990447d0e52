using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Collections;
using FaceDeid.Evaluation;
using Microsoft.IO;

namespace FaceDeid.Api.Evaluate;

/// <summary>
/// The upload of an evaluation, all of which is kept until it is complete, in memory or as a job's. Options may come before or
/// after the dataset.
/// </summary>
internal sealed class EvaluationUpload(JobRequest job, LimitSettings limits) : IAsyncDisposable
{
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxTableBytes = 4 * SubjectTable.MaxCharacters;

    private static readonly string Subjects = WireNames.OfProperty(nameof(EvaluateForm.Subjects));

    /// <summary>The options.</summary>
    public EvaluateForm Form { get; private set; } = new();

    /// <summary>The dataset, where it was kept in memory.</summary>
    public RecyclableMemoryStream? Dataset { get; private set; }

    /// <summary>Reads all of it.</summary>
    /// <returns>Whether it becomes a job.</returns>
    public async Task<bool> ReadAsync(HttpContext context)
    {
        var parts = await FormReader.ReadAsync(context, MaxTextBytes, TakeAsync, (Subjects, MaxTableBytes));
        Form = parts.Bind<EvaluateForm>();
        var isJob = job.IsJob(Form.Async, Form.Retention, Form.Webhook);
        if (isJob && Form.Format is AnswerFormat.Jsonl or AnswerFormat.Sse)
        {
            throw FormBinder.Invalid(
                WireNames.OfProperty(nameof(EvaluateForm.Format)),
                "is that of the result here. Ask for json, html, png or zip: a job's events are at an address of their own.");
        }

        return isJob;
    }

    /// <summary>What is evaluated, and how.</summary>
    /// <exception cref="ProblemException">400: the answer's form has no pictures.</exception>
    public static EvaluationOptions OptionsOf(EvaluateForm form, AnswerFormat format)
    {
        var options = form.ToOptions();
        return options.LeakPictures && format is not (AnswerFormat.Html or AnswerFormat.Zip)
            ? throw FormBinder.Invalid(
                WireNames.OfProperty(nameof(EvaluateForm.Pictures)),
                "belongs to the forms html and zip only. Leave it out, or ask for one of them.")
            : options;
    }

    public ValueTask DisposeAsync() => Dataset?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task TakeAsync(UploadedPart part, FormParts parts)
    {
        parts.AddFile(part);
        var form = parts.Bind<EvaluateForm>(); // mistakes that can be seen by now are answered before the dataset is read
        if (job.IsJob(form.Async))
            await job.AddAsync(part, limits.MaxCollectionBytes);
        else
            Dataset = await part.HoldAsync();
    }
}
