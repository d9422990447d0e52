using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Webhooks;
using FaceDeid.Collections;

namespace FaceDeid.Api.Collections;

/// <summary>Pictures of people, who are hidden among each other, and how.</summary>
public sealed class CollectionForm
{
    /// <summary>What to do instead of asking for events.</summary>
    internal const string EventsOfJobs =
        "How far the work is is told by the events of a job: send the header 'Prefer: respond-async' or the field 'async', and "
        + "read the address 'links.events' of the answer.";

    /// <summary>The fewest people who share a face: nobody can be told from fewer than so many.</summary>
    /// <example>5</example>
    [Range(CollectionOptions.MinK, CollectionOptions.MaxK)]
    [DefaultValue(CollectionOptions.DefaultK)]
    public int? K { get; set; }

    /// <summary>
    /// How people are grouped and what face a group gets. `k-same-pixel`: the average of the aligned pixels. `k-same-eigen`: the
    /// average of principal-component coefficients. `k-same-m`: shape and texture averaged apart, so that nothing is doubled.
    /// `k-same-select`: the same within classes, see `select`. `k-same-furthest`: each group gets the average of a group far from
    /// it. `k-diff-furthest`: everybody gets a face of their own, mixed of averages and drawn by lot. The furthest two need 2k
    /// people. By default `k-same-m`; with photos, and 2k people, `k-same-furthest`, because people are often recognised in their
    /// own photo with their own group's average.
    /// </summary>
    public KSameAlgorithm? Algorithm { get; set; }

    /// <summary>
    /// Where faces are near to each other or far: `pixel` (aligned pixels), `pca` (their principal components) or `embedding`
    /// (what the face recogniser sees). By default `pixel` for `k-same-pixel`, else `pca`.
    /// </summary>
    public NeighbourSpace? Neighbours { get; set; }

    /// <summary>Principal components in use; there are never more than faces less one.</summary>
    /// <example>64</example>
    [Range(1, CollectionOptions.MaxComponents)]
    [DefaultValue(CollectionOptions.DefaultComponents)]
    public int? Components { get; set; }

    /// <summary>
    /// `k-same-select`: what groups keep apart, `label` (what you say of the pictures in `subjects` or `subjectPattern`) or
    /// `expression` (measured). By default the labels where there are any, else the expression.
    /// </summary>
    public SelectBy? Select { get; set; }

    /// <summary>
    /// What comes out. `chips`: aligned faces, for which the guarantee holds. `photos`: the photos with these faces put in place,
    /// for which it is only measured how many are still recognised. Repeat the field, or separate both by a comma, to get both.
    /// By default `chips`.
    /// </summary>
    [MaxLength(2)]
    public IReadOnlyList<CollectionOutput> Output { get; set; } = [];

    /// <summary>
    /// What becomes of a picture with several faces. `largest`: its largest face counts (one of which the detector is unsure
    /// counts for less). `error`: it is a bad picture, see `onBadImage`. `all`: every face counts, as a person of its own.
    /// </summary>
    /// <example>largest</example>
    [DefaultValue(MultipleFacesPolicy.Largest)]
    public MultipleFacesPolicy? MultipleFaces { get; set; }

    /// <summary>
    /// What becomes of pictures that cannot be used, such as those without a face. `fail`: one is enough to refuse the
    /// collection, and `errors` lists all of them. `skip`: they are left out, and the certificate says so.
    /// </summary>
    /// <example>fail</example>
    [DefaultValue(BadImagePolicy.Fail)]
    public BadImagePolicy? OnBadImage { get; set; }

    /// <summary>
    /// What becomes of pictures that are damaged. `error`: they are bad pictures, see `onBadImage`.
    /// `accept`: what the decoder shows of them is
    /// taken, as viewers show it.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(DamagePolicy.Error)]
    public DamagePolicy? OnDamage { get; set; }

    /// <summary>
    /// Whether the certificate names the SHA-256 of the pictures as they came: who has such a file then finds its group.
    /// </summary>
    /// <example>true</example>
    [DefaultValue(true)]
    public bool? InputHashes { get; set; }

    /// <summary>
    /// Who is in which picture, so that all pictures of a person stay together; as text or as a file. CSV with the columns
    /// `subject`, `file` or `index` (from 0, in the order of the upload), and perhaps `label`; or a JSON array of subjects in the
    /// order of the upload, or of objects with these fields, or a JSON object of subjects by file. Names appear nowhere in the
    /// result. By default each picture is taken for a person of its own: then the guarantee does not hold for people with several
    /// pictures.
    /// </summary>
    [MaxLength(SubjectTable.MaxCharacters, ErrorMessage = "must be at most 4000000 characters long.")]
    public string? Subjects { get; set; }

    /// <summary>
    /// Instead of `subjects`: where the subject stands in the file's name (in an archive: its path), such as `{subject}_*` or
    /// `{label}/{subject}_*.jpg`. `*` is any text; everything else is meant as it stands. By default names mean nothing.
    /// </summary>
    [MaxLength(SubjectTable.MaxPatternCharacters, ErrorMessage = "must be at most 200 characters long.")]
    public string? SubjectPattern { get; set; }

    /// <summary>
    /// The form of the answer: `zip`. How far the work is is told by the events of a job, see `async`.
    /// </summary>
    /// <example>zip</example>
    [AllowedValues(AnswerFormat.Zip)]
    [Advice(EventsOfJobs)]
    [DefaultValue(AnswerFormat.Zip)]
    public AnswerFormat? Format { get; set; }

    /// <summary>
    /// Whether to answer at once, with a job that goes on after the answer, as with the header `Prefer: respond-async`. It comes
    /// before the first picture, and wins over the header. By default the answer is the archive.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Async { get; set; }

    /// <summary>
    /// With `async`: seconds after its end for which the job is kept here, fewer than the operator's limit. By default the limit:
    /// `/v1/capabilities` names it.
    /// </summary>
    [Range(1, 2_592_000)]
    public int? Retention { get; set; }

    /// <summary>
    /// With `async`: who is told when the job is done, has failed or has expired: an address at one of the operator's hosts,
    /// `https`. It is sent a signed `POST` with the job's id, state and warnings. By default nobody is told.
    /// </summary>
    [MaxLength(WebhookField.MostCharacters, ErrorMessage = WebhookField.TooLong)]
    public string? Webhook { get; set; }

    /// <summary>
    /// The pictures, each a part of this name: JPEG, PNG, WebP, TIFF (one page), AVIF, HEIC, JPEG XL, BMP or GIF (one
    /// frame). They are turned upright first. Or send `archive`.
    /// </summary>
    [MaxLength(50_000)]
    public IReadOnlyList<IFormFile> Images { get; set; } = [];

    /// <summary>
    /// Instead of `images`: one ZIP file with the pictures, in folders or not. Names that begin with a dot are passed over.
    /// </summary>
    public IFormFile? Archive { get; set; }

    /// <summary>What a picture may be needed for, as far as can be said while further options may come.</summary>
    internal PictureUse Use => new(
        File: Output.Count == 0 || Output.Contains(CollectionOutput.Photos),
        EveryFace: MultipleFaces is MultipleFacesPolicy.All, // else a crowd would cost what nobody asked for
        OnDamage ?? DamagePolicy.Error);

    internal CollectionOptions ToOptions() => new()
    {
        K = K ?? CollectionOptions.DefaultK,
        Algorithm = Algorithm,
        Neighbours = Neighbours,
        Components = Components ?? CollectionOptions.DefaultComponents,
        Select = Select,
        Chips = Output.Count == 0 || Output.Contains(CollectionOutput.Chips),
        Photos = Output.Contains(CollectionOutput.Photos),
        MultipleFaces = MultipleFaces ?? MultipleFacesPolicy.Largest,
        OnBadImage = OnBadImage ?? BadImagePolicy.Fail,
        InputHashes = InputHashes ?? true,
    };
}
