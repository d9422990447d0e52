using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Collections;
using Microsoft.IO;

namespace FaceDeid.Api.Collections;

/// <summary>
/// The upload of a collection, all of which is kept until it is complete, in memory or as a job's: who sends slowly must not be
/// worked for. Options may come before, between or after the pictures.
/// </summary>
internal sealed class CollectionUpload(JobRequest job, FaceDeidOptions options) : IAsyncDisposable
{
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxTableBytes = 4 * SubjectTable.MaxCharacters;

    private static readonly string Images = WireNames.OfProperty(nameof(CollectionForm.Images));
    private static readonly string Archive = WireNames.OfProperty(nameof(CollectionForm.Archive));
    private static readonly string Subjects = WireNames.OfProperty(nameof(CollectionForm.Subjects));

    private readonly SentPictures _pictures = new();
    private int _images;
    private bool _hasArchive;
    private RecyclableMemoryStream? _archive;

    /// <summary>The options.</summary>
    public CollectionForm Form { get; private set; } = new();

    /// <summary>Whether a file of this field holds all pictures.</summary>
    public static bool IsArchive(string field) => string.Equals(field, Archive, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads all of it.</summary>
    /// <returns>Whether it becomes a job.</returns>
    public async Task<bool> ReadAsync(HttpContext context)
    {
        var parts = await FormReader.ReadAsync(context, MaxTextBytes, TakeAsync, (Subjects, MaxTableBytes));
        Form = parts.Bind<CollectionForm>();
        if (_images == 0 && !_hasArchive)
        {
            throw new ProblemException(
                ProblemKinds.MissingPart,
                "Send the pictures as file parts 'images', or all of them in one ZIP file as the file part 'archive'.");
        }

        return job.IsJob(Form.Async, Form.Retention, Form.Webhook);
    }

    /// <summary>The pictures, where they were kept in memory.</summary>
    /// <exception cref="ProblemException">422: the archive cannot be used.</exception>
    public async Task<PictureSource> OpenAsync(CancellationToken cancellationToken) => _archive is null
        ? _pictures
        : await PictureArchive.OpenAsync(_archive, options.Limits, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_archive is not null)
            await _archive.DisposeAsync();
        await _pictures.DisposeAsync();
    }

    private async Task TakeAsync(UploadedPart part, FormParts parts)
    {
        parts.AddFile(part);
        // Mistakes that can be seen by now are answered before another picture is read.
        if (parts.HasNews || !part.Is(Images))
            Form = parts.Bind<CollectionForm>();
        RefuseBoth(part);
        var isJob = job.IsJob(Form.Async);
        if (!part.Is(Images))
        {
            _hasArchive = true;
            if (isJob)
                await job.AddAsync(part, options.Limits.MaxCollectionBytes);
            else
                _archive = await part.HoldAsync();
            return;
        }

        if (_images++ >= options.Limits.MaxCollectionFaces)
            throw CollectionRun.TooMany(options.Limits.MaxCollectionFaces);
        if (isJob)
            await job.AddAsync(part, options.Limits.MaxUploadBytes);
        else
            _pictures.Add(part.FileName!, await part.ReadAsync(options.Limits.MaxUploadBytes));
    }

    private void RefuseBoth(UploadedPart part)
    {
        if (part.Is(Images) ? _hasArchive : _images > 0)
            throw FormBinder.Invalid(Archive, "may not be sent together with 'images'. Send the pictures either way.");
    }
}
