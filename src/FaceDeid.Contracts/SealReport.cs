namespace FaceDeid.Contracts;

/// <summary>What was done to a picture, and whose face can be brought back.</summary>
/// <param name="Image">The upright picture's size.</param>
/// <param name="Method">The method that was asked for.</param>
/// <param name="Verified">Whether the result was compared with the original.</param>
/// <param name="Sealed">Numbers of the faces that can be brought back.</param>
/// <param name="Faces">Every face that was found or given, those left alone too.</param>
/// <param name="References">The reference photos, in the order they were sent in, and whom each means; left out: none.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record SealReport(
    ImageSize Image, DeidentificationMethod Method, bool Verified, IReadOnlyList<int> Sealed, IReadOnlyList<FaceReport> Faces,
    IReadOnlyList<ReferenceReport>? References, IReadOnlyList<PictureNote>? Notes);
