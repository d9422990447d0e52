using FaceDeid.Faces.Detection;

namespace FaceDeid.Protection.Subjects;

/// <summary>
/// A face as the caller sees it: one that was found (by its box), one that was added or moved, or a polygon drawn by hand.
/// </summary>
/// <param name="Id">The caller's number for it, kept in the report; null: numbered here.</param>
/// <param name="Box">Where it is; null when there is a polygon.</param>
/// <param name="Polygon">Its outline, at least 3 points in pixels of the upright picture; null when there is a box.</param>
public sealed record EditedFace(int? Id, Box? Box, IReadOnlyList<PixelPoint>? Polygon)
{
    /// <summary>
    /// Whether the box is a square as HOG draws it, from above the brows to the chin: the head reaches higher than it.
    /// </summary>
    public bool IsHogSquare { get; init; }
}

/// <summary>How a picture is de-identified.</summary>
public sealed record DeidentificationOptions
{
    /// <summary>What is done where nobody says otherwise.</summary>
    public const DeidentificationMethod DefaultMethod = DeidentificationMethod.Replace;

    /// <summary>How faces are found.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>What is done to each face.</summary>
    public DeidentificationMethod Method { get; init; } = DefaultMethod;

    /// <summary>
    /// How strong, relative to the face; null: the method's default. Blur: standard deviation as a part of the face's width.
    /// Pixelate: side of a block as a part of the face's width. Both of the head's width where the region is the head. Replace:
    /// the donor's share of the inner face's shape. Others have no strength.
    /// </summary>
    public double? Strength { get; init; }

    /// <summary>Whether a strength below the method's floor, or a method that is weak at any strength, is allowed.</summary>
    public bool AllowWeak { get; init; }

    /// <summary>The region that obfuscations cover, asked for or as a fallback.</summary>
    public RegionShape Region { get; init; } = RegionShape.Ellipse;

    /// <summary>Colour of a mask.</summary>
    public RgbColor Color { get; init; }

    /// <summary>Formula of a merge.</summary>
    public MergeNormalization Normalization { get; init; }

    /// <summary>Whether a merge is gray, as the notebook's, or in colour.</summary>
    public bool Gray { get; init; }

    /// <summary>What happens when nobody would be protected.</summary>
    public NoFacePolicy OnNoFace { get; init; }

    /// <summary>What happens to faces of low certainty.</summary>
    public UncertainPolicy Uncertain { get; init; }

    /// <summary>The faces as the caller edited them; null: those that are found.</summary>
    public IReadOnlyList<EditedFace>? Faces { get; init; }

    /// <summary>
    /// Size of the picture whose pixels <see cref="Faces"/> are in; null: the caller does not say. Another picture's are refused.
    /// </summary>
    public ImageSize? FacesImage { get; init; }

    /// <summary>Whether faces are looked for beside those of <see cref="Faces"/>.</summary>
    public bool Redetect { get; init; }

    /// <summary>Whole picture files of people who stay visible; each shows one person clearly.</summary>
    public IReadOnlyList<byte[]> Keep { get; init; } = [];

    /// <summary>Whole picture files of the only people who are touched, as <see cref="Keep"/>; not together with it.</summary>
    public IReadOnlyList<byte[]> Only { get; init; } = [];

    /// <summary>
    /// Makes the replacements of a picture the same in all calls with this key, those of one person in several often, and not to
    /// be foretold without it; null: by chance.
    /// </summary>
    public string? PseudonymKey { get; init; }

    /// <summary>
    /// Whether the result is compared with the original, and treated again where a face is still the subject's.
    /// </summary>
    public bool Verify { get; init; } = true;
}
