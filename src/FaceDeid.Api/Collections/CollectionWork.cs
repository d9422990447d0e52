using FaceDeid.Api.Admission;
using FaceDeid.Api.Jobs;
using FaceDeid.Collections;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Collections;

/// <summary>Makes the collection of a job; one that was cut off is made from the beginning.</summary>
internal sealed class CollectionWork(IServiceScopeFactory scopes, CollectionPlaces places, IOptions<FaceDeidOptions> options)
    : JobWork
{
    private readonly LimitSettings _limits = options.Value.Limits;

    public override string Kind { get; } = WireNames.Of(JobKind.Collection);

    public override async Task CheckAsync(IMediaStore store, CancellationToken cancellationToken)
    {
        var form = StoredForm.Parse<CollectionForm>(await store.ReadTextAsync(JobObjects.Options));
        await using var pictures = await SpooledPictures.OpenAsync(store, _limits, cancellationToken);
        _ = SubjectTable.Read(form.Subjects, form.SubjectPattern, pictures.FileNames);
    }

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        run.SetState(JobState.Analysing);
        using var place = await places.TakeAsync(cancellationToken);
        var form = StoredForm.Parse<CollectionForm>(run.Options);
        await using var pictures = await SpooledPictures.OpenAsync(run.Store, _limits, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<CollectionPipeline>();
        var maker = new CollectionMaker(pipeline, _limits.WorkersOrProcessors, new JobStages(run));
        var result = await maker.MakeAsync(pictures, form, cancellationToken);

        run.SetState(JobState.Rendering);
        await run.Store.WriteAsync(JobObjects.Report, result.Certificate.ToJson());
        await run.Store.WriteAsync(
            JobObjects.Result, target => CollectionArchive.WriteAsync(target, result, cancellationToken));
        foreach (var warning in result.Certificate.Warnings)
            run.Warn(warning.Code);
        run.Store.Delete(JobObjects.Source);
    }
}
