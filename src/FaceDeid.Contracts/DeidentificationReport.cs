namespace FaceDeid.Contracts;

/// <summary>What was done to a picture.</summary>
/// <param name="Image">The upright picture's size.</param>
/// <param name="Method">The method that was asked for.</param>
/// <param name="Verified">Whether the result was compared with the original.</param>
/// <param name="Faces">Every face that was found or given, those left alone too.</param>
/// <param name="References">The reference photos, in the order they were sent in, and whom each means; left out: none.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record DeidentificationReport(
    ImageSize Image, DeidentificationMethod Method, bool Verified, IReadOnlyList<FaceReport> Faces,
    IReadOnlyList<ReferenceReport>? References,
    IReadOnlyList<PictureNote>? Notes);

/// <summary>Whom a reference photo means.</summary>
/// <param name="Part">What it is for.</param>
/// <param name="Photo">Which of its part it is, from 1.</param>
/// <param name="Faces">
/// Numbers of the faces that are its person's, surely (<c>keep</c>) or possibly (<c>only</c>); empty: nobody was recognised.
/// </param>
public sealed record ReferenceReport(ReferencePart Part, int Photo, IReadOnlyList<int> Faces);

/// <summary>What a reference photo is for.</summary>
public enum ReferencePart
{
    /// <summary>Its person stays visible.</summary>
    Keep,

    /// <summary>Its person is treated, and whoever else is not.</summary>
    Only,
}

/// <summary>What was done to a face.</summary>
/// <param name="Id">Number of the face.</param>
/// <param name="Box">Where it is, in pixels of the upright picture.</param>
/// <param name="Detector">The detector that found it; null: the caller gave it.</param>
/// <param name="Score">The detector's score; null: the caller gave it.</param>
/// <param name="Certainty">How sure it is that this is a face; null: the caller gave it, or its detector does not say.</param>
/// <param name="Treated">Whether it was touched; false: left visible by <c>keep</c> or <c>only</c>.</param>
/// <param name="Method">What was done in the end; null: nothing.</param>
/// <param name="Strength">How strongly, see the method; null: it has no strength.</param>
/// <param name="Weak">Whether this is known to be re-identified, because the caller allowed it.</param>
/// <param name="Fallback">Why another method than the one asked for was used; null: it was not.</param>
/// <param name="SimilarityBefore">
/// Cosine similarity, -1 to 1, of the face to the original after the method that was asked for (or its first fallback); null: not
/// measured, because <c>verify</c> is false, the method is <c>mask</c>, or the face has less than 12 pixels.
/// </param>
/// <param name="SimilarityAfter">
/// The same in the picture that is returned. 0.3 or more: the surroundings are recognised, which no method covers, or the method
/// is weak.
/// </param>
public sealed record FaceReport(
    int Id,
    Box Box,
    DetectorKind? Detector,
    double? Score,
    Certainty? Certainty,
    bool Treated,
    DeidentificationMethod? Method,
    double? Strength,
    bool Weak,
    FallbackReason? Fallback,
    double? SimilarityBefore,
    double? SimilarityAfter);

/// <summary>Why a face did not get the method that was asked for.</summary>
public enum FallbackReason
{
    /// <summary>
    /// The landmarks cannot be trusted: a profile, an occluded or very small face, or an outline drawn by hand.
    /// </summary>
    UnreliableLandmarks,

    /// <summary>
    /// After the method the face was still recognised as the subject's, or the method had changed nothing of it.
    /// </summary>
    StillRecognised,

    /// <summary>It may be no face at all: a blur harms a picture less.</summary>
    Uncertain,

    /// <summary>The face has too few blocks to scramble.</summary>
    TooSmall,

    /// <summary>
    /// The face is drawn by transparency, not by colours: it was seen on white, on black, or in the opacity alone.
    /// </summary>
    Transparency,

    /// <summary>Every donor that was tried on looked unnatural: off in landmarks, sharpness, skin colour or at the rim.</summary>
    Unnatural,
}

/// <summary>What is done to a face.</summary>
public enum DeidentificationMethod
{
    /// <summary>A natural face of nobody, of the subject's kind, in the subject's pose, expression and light.</summary>
    Replace,

    /// <summary>The average face of the subject's kind, in the subject's pose, expression and light.</summary>
    Average,

    /// <summary>Gaussian blur.</summary>
    Blur,

    /// <summary>Square blocks of one colour each.</summary>
    Pixelate,

    /// <summary>One solid colour.</summary>
    Mask,

    /// <summary>A black bar over the eyes. Weak.</summary>
    Eyebar,

    /// <summary>Black and white, by brightness. Weak.</summary>
    Threshold,

    /// <summary>The notebook's merge with an average face. Weak.</summary>
    Merge,

    /// <summary>Blocks in a secret order: reversible with the key.</summary>
    Scramble,
}

/// <summary>What part of the picture belongs to a face.</summary>
public enum RegionShape
{
    /// <summary>A padded ellipse around the whole head's front: forehead to chin, ear to ear.</summary>
    Ellipse,

    /// <summary>
    /// The convex hull of the 68 landmarks, with the forehead and up to the ears' edge; an ellipse where there are no reliable
    /// landmarks.
    /// </summary>
    Hull,

    /// <summary>The whole head: hair, ears and its outline, with something around them. It always holds the ellipse.</summary>
    Head,
}
