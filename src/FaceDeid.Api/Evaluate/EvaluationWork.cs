using FaceDeid.Api.Admission;
using FaceDeid.Api.Http;
using FaceDeid.Api.Jobs;
using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Evaluate;

/// <summary>Makes the evaluation of a job; one that was cut off is made from the beginning.</summary>
internal sealed class EvaluationWork(
    IServiceScopeFactory scopes, CollectionPlaces places, WorkerGate gate, IOptions<FaceDeidOptions> options) : JobWork
{
    private readonly LimitSettings _limits = options.Value.Limits;

    public override string Kind { get; } = WireNames.Of(JobKind.Evaluation);

    /// <summary>How a job's result is sent.</summary>
    public static ResultType TypeOf(string options)
    {
        var format = FormatOf(StoredForm.Parse<EvaluateForm>(options));
        return new ResultType(format.MediaType(), WireNames.Of(format));
    }

    public override async Task CheckAsync(IMediaStore store, CancellationToken cancellationToken)
    {
        var form = StoredForm.Parse<EvaluateForm>(await store.ReadTextAsync(JobObjects.Options));
        _ = EvaluationUpload.OptionsOf(form, FormatOf(form));
        await using var archive = await OpenAsync(store, cancellationToken);
    }

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        run.SetState(JobState.Analysing);
        using var place = await places.TakeAsync(cancellationToken);
        var form = StoredForm.Parse<EvaluateForm>(run.Options);
        var format = FormatOf(form);
        var evaluation = EvaluationUpload.OptionsOf(form, format);
        await using var archive = await OpenAsync(run.Store, cancellationToken);
        var dataset = await DatasetReader.ReadAsync(archive.Files, form.Subjects, evaluation.MadeBy, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<EvaluationPipeline>();
        var result = await pipeline.EvaluateAsync(dataset, evaluation, new JobStages(run), cancellationToken);

        run.SetState(JobState.Rendering);
        await run.Store.WriteAsync(JobObjects.Report, result.Report.ToJson());
        await run.Store.WriteAsync(
            JobObjects.Result, target => EvaluationAnswer.WriteAsync(target, format, result, gate, cancellationToken));
        run.Store.Delete(JobObjects.Source);
    }

    private static AnswerFormat FormatOf(EvaluateForm form) => form.Format ?? AnswerFormat.Json;

    private Task<DatasetArchive> OpenAsync(IMediaStore store, CancellationToken cancellationToken)
    {
#pragma warning disable IDISP004 // the archive's
        return DatasetArchive.OpenAsync(store.OpenRead(JobObjects.Source), _limits, cancellationToken);
#pragma warning restore IDISP004
    }
}
