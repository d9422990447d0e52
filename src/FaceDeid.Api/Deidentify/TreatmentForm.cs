using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Faces;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Keys;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing;

namespace FaceDeid.Api.Deidentify;

/// <summary>A picture, how its faces are protected, and who may take it back; shared by every call that does.</summary>
public abstract class TreatmentForm : DetectionForm
{
    /// <summary>
    /// The picture: JPEG, PNG, WebP, TIFF (one page), AVIF, HEIC, JPEG XL, BMP or GIF (one frame), told by its content. It
    /// is turned upright first.
    /// </summary>
    [Required]
    public IFormFile Image { get; set; } = null!;

    /// <summary>
    /// What is done to each face. `replace`: a natural face of nobody, drawn by chance among those of the person's kind, in its
    /// pose, expression and light. `average`: the average face of its kind. `blur`, `pixelate`, `mask` (one colour): plain. At
    /// their defaults next to nobody is recognised by *other* photos; by other photos treated the same way more are, and by this
    /// very photo all but `mask` show too much (docs/deidentify.md). `scramble`: blocks in a secret order, which a key brings
    /// back; another name of `kind=scramble` in `/v1/seal`, for one version more (docs/sealing.md). Weak, and only with
    /// `allowWeak`: `eyebar`, `threshold` (black and white), `merge` (the notebook's formula with an average face).
    /// </summary>
    /// <example>replace</example>
    [DefaultValue(DeidentificationOptions.DefaultMethod)]
    public DeidentificationMethod? Method { get; set; }

    /// <summary>
    /// How strong, relative to the face. `blur`: standard deviation as a part of the face's width, 0.02 to 1 (default
    /// 0.25). `pixelate`: side of a block as a part of the face's width, 0.02 to 1 (default 0.25). `replace`: the donor's share
    /// of the inner face's shape, 0 to 1 (default 1). The other methods have none. Less than 0.15 (`replace`: 0.75) needs
    /// `allowWeak`. With `region=head` the width is the head's, 2.2 times the face's.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? Strength { get; set; }

    /// <summary>Allows methods and strengths after which people are known to be recognised. The report names them.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? AllowWeak { get; set; }

    /// <summary>
    /// What belongs to a face, for `blur`, `pixelate`, `mask` and `threshold`. `ellipse`: the head's front, padded. `hull`: the
    /// convex hull of its landmarks with the forehead, closer to the face; the ellipse where landmarks are unreliable. `head`:
    /// the whole head, with hair and ears, against whoever has the very same photo. So it is where one of these is a fallback.
    /// </summary>
    /// <example>ellipse</example>
    [DefaultValue(RegionShape.Ellipse)]
    public RegionShape? Region { get; set; }

    /// <summary>Mask: its colour as `#RRGGBB`. Also where a mask is the last resort of another method.</summary>
    /// <example>#000000</example>
    [RegularExpression(HexColor.Pattern, ErrorMessage = "must be a colour such as #FF8800.")]
    [DefaultValue(HexColor.Black)]
    public string? Color { get; set; }

    /// <summary>
    /// Merge: `half`, the notebook's `sqrt(a^2 + b^2) / 2`, which darkens; or `rms`, `sqrt((a^2 + b^2) / 2)`, which does not.
    /// </summary>
    /// <example>half</example>
    [DefaultValue(MergeNormalization.Half)]
    public MergeNormalization? Normalization { get; set; }

    /// <summary>Merge: whether the face becomes gray, as the notebook's, or keeps its colour.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Gray { get; set; }

    /// <summary>
    /// When nobody would be protected: there is no face (`no_face`), or nobody of `only` is recognised (`person_not_found`).
    /// `error`: 422. `pass`: the picture comes back as it is (but for
    /// doubtful faces, which are treated), written anew without metadata; a face that was missed or not recognised is then shown,
    /// so use it only where such pictures are expected.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(NoFacePolicy.Error)]
    public NoFacePolicy? OnNoFace { get; set; }

    /// <summary>
    /// What happens to what may be a face or not (`certainty` is `low`). `protect`: it is treated, by a blur where the method
    /// needs a face, and the report says so. `leave`: it stays as it is. `error`: 422 `uncertain_faces`. `X-FaceDeid-Uncertain`
    /// counts them.
    /// </summary>
    /// <example>protect</example>
    [DefaultValue(UncertainPolicy.Protect)]
    public UncertainPolicy? Uncertain { get; set; }

    /// <summary>
    /// The faces as you edited them: the JSON of `/v1/detect` as it is, or the array of its faces. Move boxes, take faces out, or
    /// add some: a `box` such as `[{"box":{"x":40,"y":30,"width":80,"height":80}}]`, or a `polygon` of 3 to 256 points `{x, y}`,
    /// which is covered as it is drawn. `id` (1 to 1000000) is kept in the report. A square box that still says
    /// `"detector":"hog"` is taken as HOG draws it, the forehead being above it. At most 512 faces, with `verify` about 400;
    /// fewer where they are large together: else 422 `too_much_work`. By default faces are looked for; with `faces` they are not,
    /// unless `redetect` says so.
    /// </summary>
    [MaxLength(EditedFaces.MaxCharacters, ErrorMessage = "must be at most 262144 characters long.")]
    public string? Faces { get; set; }

    /// <summary>
    /// Whether faces are looked for besides those of `faces`. Without `faces` they always are. A found face is left out only
    /// where a given one is the same, and its region holds nine tenths of the found face.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Redetect { get; set; }

    /// <summary>
    /// Up to 8 reference photos, each a part of this name: the people in them stay visible. Only a face that is surely theirs is
    /// left alone. Each photo shows one person upright and from the front, with at least 12 pixels between the eyes, and nobody
    /// else whose face has a quarter of that face's area or more: else it is refused (`ambiguous_reference`,
    /// `unclear_reference`). Faces in it are always looked for by `auto` with its defaults. By default nobody stays visible.
    /// </summary>
    [MaxLength(8)]
    public IReadOnlyList<IFormFile> Keep { get; set; } = [];

    /// <summary>
    /// Up to 8 reference photos, as `keep`: only the people in them are treated, and whoever may be one of them or of the smaller
    /// faces behind them. `X-FaceDeid-Unmatched` says of how many photos nobody was recognised. By default everybody is treated.
    /// Not together with `keep`.
    /// </summary>
    [MaxLength(8)]
    public IReadOnlyList<IFormFile> Only { get; set; } = [];

    /// <summary>
    /// Whether the result is compared with the original, and a face that is still recognised is treated again, more strongly.
    /// </summary>
    /// <example>true</example>
    [DefaultValue(true)]
    public bool? Verify { get; set; }

    /// <summary>
    /// Replace: with one key the same picture gets the same faces again, and another photo of a person often the same one, which
    /// nobody can foretell without the key. By default faces are drawn by chance: the same picture sent twice gets others.
    /// </summary>
    [StringLength(256, MinimumLength = 1, ErrorMessage = "must have 1 to 256 characters.")]
    public string? PseudonymKey { get; set; }

    /// <summary>
    /// Who may bring the faces back: the key of this name in the service's configuration. Also `passphrase`, `recipients` and the
    /// header `X-FaceDeid-Key`; whoever has any of them opens the seal. `/v1/deidentify` takes keys with `method=scramble` only.
    /// By default none.
    /// </summary>
    [RegularExpression(KeyNames.Pattern, ErrorMessage = KeyNames.Mistake)]
    public string? KeyId { get; set; }

    /// <summary>Who may bring the faces back: whoever knows these 12 to 1024 characters. By default nobody.</summary>
    [StringLength(SentKeys.LongestPassphrase, MinimumLength = 12, ErrorMessage = "must have 12 to 1024 characters.")]
    public string? Passphrase { get; set; }

    /// <summary>
    /// Who may bring which faces back, as a JSON array of at most 8: each entry has one of `keyId`, `key` (32 bytes in Base64),
    /// `passphrase`, `publicKey` (PEM, P-256: then the service cannot open what it seals), and perhaps `faces`, the numbers of
    /// the faces that it opens: `[{"keyId":"archive"},{"passphrase":"correct horse battery","faces":[1]}]`. By default those of
    /// the other fields.
    /// </summary>
    [MaxLength(SealRecipients.MaxCharacters, ErrorMessage = "must be at most 65536 characters long.")]
    public string? Recipients { get; set; }

    /// <summary>Everybody who may bring faces back.</summary>
    internal IReadOnlyList<Recipient> ToRecipients(SentKeys keys, string? header) =>
    [
        .. keys.Read(KeyId, Passphrase, header).Select(key => new Recipient(key)),
        .. Recipients is null ? [] : SealRecipients.Parse(Recipients, keys),
    ];

    internal virtual DeidentificationOptions ToOptions()
    {
        var edited = Faces is null ? null : EditedFaces.Parse(Faces);
        var usual = new DeidentificationOptions();
        return new DeidentificationOptions
        {
            Detection = ToDetectionOptions(),
            Method = Method ?? usual.Method,
            Strength = Strength,
            AllowWeak = AllowWeak ?? usual.AllowWeak,
            Region = Region ?? usual.Region,
            Color = Color is null ? usual.Color : HexColor.Parse(Color),
            Normalization = Normalization ?? usual.Normalization,
            Gray = Gray ?? usual.Gray,
            OnNoFace = OnNoFace ?? usual.OnNoFace,
            Uncertain = Uncertain ?? usual.Uncertain,
            Faces = edited?.Faces,
            FacesImage = edited?.Image,
            Redetect = Redetect ?? usual.Redetect,
            Keep = [.. Keep.Select(file => file.Bytes())],
            Only = [.. Only.Select(file => file.Bytes())],
            Verify = Verify ?? usual.Verify,
            PseudonymKey = PseudonymKey,
        };
    }
}
