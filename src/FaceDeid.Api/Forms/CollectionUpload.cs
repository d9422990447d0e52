using FaceDeid.Api.Endpoints;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;
using FaceDeid.Imaging;
using FaceDeid.KSame;

namespace FaceDeid.Api.Forms;

/// <summary>
/// The upload of a collection. Pictures are examined while further ones are read, and are not kept; options may come before, between or after
/// them. An archive is kept, because its table of contents is at its end.
/// </summary>
/// <param name="Form">The options.</param>
/// <param name="FileNames">Names of the pictures that were sent one by one, in their order.</param>
/// <param name="Archive">The archive; null: the pictures were sent one by one.</param>
internal sealed record CollectionUpload(CollectionForm Form, IReadOnlyList<string> FileNames, HeldBytes? Archive)
{
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxTableBytes = 4 * SubjectTable.MaxCharacters;

    private static readonly string Images = FormBinder.FieldName(nameof(CollectionForm.Images));
    private static readonly string ArchiveField = FormBinder.FieldName(nameof(CollectionForm.Archive));
    private static readonly string Subjects = FormBinder.FieldName(nameof(CollectionForm.Subjects));

    public static async Task<CollectionUpload> ReadAsync(HttpContext context, LimitSettings limits, Examination examination)
    {
        var upload = MultipartUpload.Open(context);
        var parts = new FormParts();
        var form = new CollectionForm();
        var (names, areFilesKept, areFacesKept, isDamageTold) = (new List<string>(), true, true, true);
        HeldBytes? archive = null;
        try
        {
            while (await upload.NextAsync() is { } part)
            {
                if (part.IsFile && !part.Is(Subjects))
                {
                    parts.AddFile(part);
                    // Mistakes that can be seen by now are answered before another picture is read.
                    if (parts.HasNews || !part.Is(Images))
                        form = parts.Bind<CollectionForm>();
                    RefuseBoth(part, names, archive);
                }

                if (part.IsFile && part.Is(Images))
                {
                    var use = form.Use;
                    (areFilesKept, areFacesKept) = (areFilesKept && use.File, areFacesKept && use.EveryFace);
                    isDamageTold &= use.OnDamage == DamagePolicy.Accept;
                    var picture = await part.ReadAsync(limits.MaxUploadBytes);
                    names.Add(part.FileName!);
                    await examination.AddAsync(picture, use);
                }
                else if (part.IsFile && part.Is(ArchiveField))
                {
                    archive = await part.HoldAsync();
                }
                else
                {
                    parts.AddText(part.Name, await part.ReadTextAsync(part.Is(Subjects) ? MaxTableBytes : MaxTextBytes));
                }
            }

            form = parts.Bind<CollectionForm>();
            if (names.Count == 0 && archive is null)
                throw new ProblemException(ProblemKinds.MissingPart, "Send the pictures as file parts 'images', or all of them in one ZIP file as the file part 'archive'.");
            if (form.ToOptions().Photos && !areFilesKept)
                throw FormBinder.Invalid("output", "must be sent before the pictures or after them, not in pieces.");
            if (form.OnDamage == DamagePolicy.Accept && !isDamageTold)
                throw FormBinder.Invalid("onDamage", "must be sent before the pictures when it is accept.");
            if (form.MultipleFaces == MultipleFacesPolicy.All && !areFacesKept)
                throw FormBinder.Invalid("multipleFaces", "must be sent before the pictures when it is all.");
            return new CollectionUpload(form, names, archive);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    private static void RefuseBoth(UploadedPart part, List<string> names, HeldBytes? archive)
    {
        if (part.Is(Images) ? archive is not null : names.Count > 0)
            throw FormBinder.Invalid(ArchiveField, "may not be sent together with 'images'. Send the pictures either way.");
    }
}
