using FaceDeid.Collections;

namespace FaceDeid.Api.Collections;

/// <summary>Makes a collection of pictures.</summary>
/// <param name="pipeline">The work.</param>
/// <param name="workers">How many pictures are examined at once.</param>
/// <param name="progress">Is told how far it is; null: nobody is.</param>
internal sealed class CollectionMaker(CollectionPipeline pipeline, int workers, IProgress<StageProgress>? progress)
{
    /// <summary>Makes it; the pictures are freed as soon as they were examined.</summary>
    public async Task<CollectionResult> MakeAsync(
        PictureSource pictures, CollectionForm form, CancellationToken cancellationToken)
    {
        var subjects = SubjectTable.Read(form.Subjects, form.SubjectPattern, pictures.FileNames);
        var options = form.ToOptions();
        var run = pipeline.Begin();
        await using (var examination = new Examination(run, workers, cancellationToken))
        {
            if (progress is not null)
                examination.Watch(progress, pictures.FileNames.Count);
            var use = form.Use with { File = options.Photos };
            await foreach (var picture in pictures.ReadAsync(cancellationToken))
                await examination.AddAsync(picture, use);

            await pictures.DisposeAsync(); // the largest thing in memory is needed no more
            await examination.EndAsync();
        }

        return await run.CompleteAsync(options, subjects, progress, cancellationToken);
    }
}
