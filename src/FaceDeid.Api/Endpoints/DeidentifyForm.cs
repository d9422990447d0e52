using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Deidentification;
using FaceDeid.Imaging;
using FaceDeid.Merging;

namespace FaceDeid.Api.Endpoints;

/// <summary>The forms of a de-identified picture.</summary>
public enum DeidentifyFormat
{
    /// <summary>application/json: the report without the picture.</summary>
    Json,

    /// <summary>image/png.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,

    /// <summary>multipart/mixed: the report, then the picture in the format it came in.</summary>
    Multipart,
}

/// <summary>A picture, whose faces are protected, and how.</summary>
public sealed class DeidentifyForm : DetectionForm
{
    /// <summary>The picture: JPEG, PNG, WebP, TIFF (one page) or AVIF, told by its content. It is turned upright first.</summary>
    [Required]
    public IFormFile Image { get; set; } = null!;

    /// <summary>
    /// What is done to each face. `replace`: a natural face of donors far from the person, in its pose and expression. `average`: the
    /// average of all donors in its place. `blur`, `pixelate`, `mask` (one colour): plain. At their defaults all of these are safe against whoever has
    /// *other* photos of the person; against whoever has this very photo only `mask` is (docs/evaluation.md). Weak, and only with `allowWeak`: `eyebar`, `threshold` (black and white), `merge` (the notebook's formula with a donor).
    /// </summary>
    /// <example>replace</example>
    [DefaultValue(DeidentificationMethod.Replace)]
    public DeidentificationMethod? Method { get; set; }

    /// <summary>
    /// How strong, relative to the face. `blur`: standard deviation as a part of the face's width, 0.02 to 1 (default
    /// 0.25). `pixelate`: side of a block as a part of the face's width, 0.02 to 1 (default 0.25). `replace`: the donor's share of the inner
    /// face's shape, 0 to 1 (default 1). The other methods have none. Less than 0.15 (`replace`: 0.75) needs `allowWeak`.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? Strength { get; set; }

    /// <summary>Allows methods and strengths after which people are known to be recognised. The report names them.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? AllowWeak { get; set; }

    /// <summary>
    /// What belongs to a face, for `blur`, `pixelate`, `mask` and `threshold`. `ellipse`: the head's front, padded. `hull`: the convex hull of
    /// its landmarks with the forehead, closer to the face; the ellipse where landmarks are unreliable.
    /// </summary>
    /// <example>ellipse</example>
    [DefaultValue(RegionShape.Ellipse)]
    public RegionShape? Region { get; set; }

    /// <summary>Mask: its colour as `#RRGGBB`. Also where a mask is the last resort of another method.</summary>
    /// <example>#000000</example>
    [RegularExpression(HexColor.Pattern, ErrorMessage = "must be a colour such as #FF8800.")]
    [DefaultValue("#000000")]
    public string? Color { get; set; }

    /// <summary>Merge: `half`, the notebook's `sqrt(a^2 + b^2) / 2`, which darkens; or `rms`, `sqrt((a^2 + b^2) / 2)`, which does not.</summary>
    /// <example>half</example>
    [DefaultValue(MergeNormalization.Half)]
    public MergeNormalization? Normalization { get; set; }

    /// <summary>Merge: whether the face becomes gray, as the notebook's, or keeps its colour.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Gray { get; set; }

    /// <summary>
    /// When there is no face. `error`: 422. `pass`: the picture comes back as it is, written anew without metadata; a face that was missed is
    /// then shown, so use it only where pictures without people are expected.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(NoFacePolicy.Error)]
    public NoFacePolicy? OnNoFace { get; set; }

    /// <summary>
    /// The faces as you edited them: the JSON of `/v1/detect` as it is, or the array of its faces. Move boxes, take faces out, or add some:
    /// a `box` such as `[{"box":{"x":40,"y":30,"width":80,"height":80}}]`, or a `polygon` of 3 to 256 points `{x, y}`, which is covered as it is drawn. `id` (1 to 1000000) is kept in the report. A square
    /// box that still says `"detector":"hog"` is taken as HOG draws it, the forehead being above it. At most 512 faces. By default faces are looked for; with `faces` they are not, unless `redetect` says so.
    /// </summary>
    [MaxLength(EditedFaces.MaxCharacters, ErrorMessage = "must be at most 262144 characters long.")]
    public string? Faces { get; set; }

    /// <summary>Whether faces are looked for besides those of `faces`. Without `faces` they always are.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Redetect { get; set; }

    /// <summary>
    /// Up to 8 reference photos, each a part of this name: the people in them (the largest face of each photo) stay visible. Only a face that
    /// is surely theirs is left alone. By default nobody is.
    /// </summary>
    [MaxLength(8)]
    public IReadOnlyList<IFormFile> Keep { get; set; } = [];

    /// <summary>
    /// Up to 8 reference photos, as `keep`: only the people in them are treated, and whoever may be one of them. By default everybody is. Not
    /// together with `keep`.
    /// </summary>
    [MaxLength(8)]
    public IReadOnlyList<IFormFile> Only { get; set; } = [];

    /// <summary>Whether the result is compared with the original, and a face that is still recognised is treated again, more strongly.</summary>
    /// <example>true</example>
    [DefaultValue(true)]
    public bool? Verify { get; set; }

    /// <summary>
    /// Replace: with one key a person gets the same face in every call, and nobody can foretell it without the key. By default the
    /// replacement follows from the face alone.
    /// </summary>
    [StringLength(256, MinimumLength = 1, ErrorMessage = "must have 1 to 256 characters.")]
    public string? PseudonymKey { get; set; }

    /// <summary>
    /// The form of the answer: `png`, `jpeg`, `webp` (the picture), `json` (the report only), or `multipart` (multipart/mixed: the part
    /// `report`, then the part `picture` in the format it came in). Wins over the Accept header; default: the picture in the format it came
    /// in, TIFF and AVIF as PNG.
    /// </summary>
    public DeidentifyFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP answer, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }

    internal async Task<DeidentificationOptions> ToOptionsAsync()
    {
        var edited = Faces is null ? null : EditedFaces.Parse(Faces);
        return new DeidentificationOptions
        {
            Detection = ToDetectionOptions(),
            Method = Method ?? DeidentificationMethod.Replace,
            Strength = Strength,
            AllowWeak = AllowWeak ?? false,
            Region = Region ?? RegionShape.Ellipse,
            Color = HexColor.Parse(Color ?? "#000000"),
            Normalization = Normalization ?? MergeNormalization.Half,
            Gray = Gray ?? false,
            OnNoFace = OnNoFace ?? NoFacePolicy.Error,
            Faces = edited?.Faces,
            FacesImage = edited?.Image,
            Redetect = Redetect ?? false,
            Keep = await ReadAsync(Keep),
            Only = await ReadAsync(Only),
            Verify = Verify ?? true,
            PseudonymKey = PseudonymKey,
        };
    }

    private static async Task<IReadOnlyList<byte[]>> ReadAsync(IReadOnlyList<IFormFile> files)
    {
        var read = new List<byte[]>(files.Count);
        foreach (var file in files)
            read.Add(await file.ReadAsync());
        return read;
    }
}
