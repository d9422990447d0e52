namespace FaceDeid.Notebook;

/// <summary>A picture with landmark regions drawn on it.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Faces">How many faces were drawn, at least 1.</param>
/// <param name="Notes">What was done to the picture before; null: nothing.</param>
public sealed record OverlayResult(byte[] Picture, int Faces, IReadOnlyList<PictureNote>? Notes);

/// <summary>Two pictures merged to one.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Notes">What was done to either picture before; null: nothing.</param>
public sealed record MergeResult(byte[] Picture, IReadOnlyList<PictureNote>? Notes);

/// <summary>The landmarks of two pictures, merged.</summary>
/// <param name="Points">The 68 points.</param>
/// <param name="Notes">What was done to either picture before; null: nothing.</param>
public sealed record MergedLandmarks(IReadOnlyList<MergedPoint> Points, IReadOnlyList<PictureNote>? Notes);
