using FaceDeid.Api.Forms;
using FaceDeid.Collections;
using Microsoft.IO;

namespace FaceDeid.Api.Collections;

/// <summary>
/// The upload of a collection, all of which is kept until it is complete: who sends slowly must not be worked for. Options may
/// come before, between or after the pictures.
/// </summary>
/// <param name="Form">The options.</param>
/// <param name="Pictures">The pictures that were sent one by one, in their order.</param>
/// <param name="Archive">The archive; null: the pictures were sent one by one.</param>
internal sealed record CollectionUpload(CollectionForm Form, IReadOnlyList<SentPicture> Pictures, RecyclableMemoryStream? Archive)
    : IDisposable
{
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxTableBytes = 4 * SubjectTable.MaxCharacters;

    private static readonly string Images = WireNames.OfProperty(nameof(CollectionForm.Images));
    private static readonly string ArchiveField = WireNames.OfProperty(nameof(CollectionForm.Archive));
    private static readonly string Subjects = WireNames.OfProperty(nameof(CollectionForm.Subjects));

    public static async Task<CollectionUpload> ReadAsync(HttpContext context, LimitSettings limits)
    {
        var form = new CollectionForm();
        var pictures = new List<SentPicture>();
        RecyclableMemoryStream? archive = null;
        try
        {
            var parts = await FormReader.ReadAsync(context, MaxTextBytes, TakeAsync, (Subjects, MaxTableBytes));
            form = parts.Bind<CollectionForm>();
            if (pictures.Count == 0 && archive is null)
            {
                throw new ProblemException(
                    ProblemKinds.MissingPart,
                    "Send the pictures as file parts 'images', or all of them in one ZIP file as the file part 'archive'.");
            }

            return new CollectionUpload(form, pictures, archive);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }

        async Task TakeAsync(UploadedPart part, FormParts parts)
        {
            parts.AddFile(part);
            // Mistakes that can be seen by now are answered before another picture is read.
            if (parts.HasNews || !part.Is(Images))
                form = parts.Bind<CollectionForm>();
            RefuseBoth(part, pictures, archive);
            if (!part.Is(Images))
            {
                archive = await part.HoldAsync();
                return;
            }

            if (pictures.Count >= limits.MaxCollectionFaces)
                throw CollectionRun.TooMany(limits.MaxCollectionFaces);
            pictures.Add(new SentPicture(part.FileName!, await part.ReadAsync(limits.MaxUploadBytes)));
        }
    }

    /// <summary>Hands the pictures on to be examined, and lets go of each.</summary>
    public async Task ExamineAsync(Examination examination)
    {
        var use = Form.Use with { File = Form.ToOptions().Photos };
        foreach (var picture in Pictures)
            await examination.AddAsync(picture.Take(), use);
    }

    public void Dispose() => Archive?.Dispose();

    private static void RefuseBoth(UploadedPart part, List<SentPicture> pictures, RecyclableMemoryStream? archive)
    {
        if (part.Is(Images) ? archive is not null : pictures.Count > 0)
            throw FormBinder.Invalid(ArchiveField, "may not be sent together with 'images'. Send the pictures either way.");
    }
}

/// <summary>A picture that was sent by itself.</summary>
/// <param name="name">What the client calls it.</param>
/// <param name="file">Its bytes.</param>
internal sealed class SentPicture(string name, byte[] file)
{
    private byte[] _file = file;

    public string Name => name;

    /// <summary>Its bytes, which are then the caller's alone.</summary>
    public byte[] Take() => Interlocked.Exchange(ref _file, []);
}
