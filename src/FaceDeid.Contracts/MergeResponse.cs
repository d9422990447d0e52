namespace FaceDeid.Contracts;

/// <summary>Merged landmark coordinates.</summary>
/// <param name="Size">Side in pixels of the square that the coordinates are in.</param>
/// <param name="Normalization">The formula.</param>
/// <param name="Align">Whether the second face was brought onto the first.</param>
/// <param name="Landmarks">The 68 merged points in iBUG 300-W order, not rounded.</param>
/// <param name="Notes">What was done to either picture before, where that changes what is seen; left out: nothing.</param>
public sealed record MergeResponse(
    int Size, MergeNormalization Normalization, MergeAlignment Align, IReadOnlyList<MergedPoint> Landmarks,
    IReadOnlyList<PictureNote>? Notes);

/// <summary>A position between pixels.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
public readonly record struct MergedPoint(double X, double Y);

/// <summary>What is merged.</summary>
public enum MergeMode
{
    /// <summary>Gray values, to a picture.</summary>
    Pixels,

    /// <summary>Landmark coordinates, to JSON.</summary>
    Landmarks,
}

/// <summary>What is divided by when two values are merged.</summary>
public enum MergeNormalization
{
    /// <summary>
    /// The notebook's <c>sqrt(a^2 + b^2) / 2</c>: 0 to 180, so the result is darker; a face merged with itself gives 0.707 a.
    /// </summary>
    Half,

    /// <summary>The root mean square <c>sqrt((a^2 + b^2) / 2)</c>: 0 to 255; a face merged with itself gives a.</summary>
    Rms,
}

/// <summary>Whether the second face is brought onto the first.</summary>
public enum MergeAlignment
{
    /// <summary>Both pictures are squeezed to the square as they are.</summary>
    None,

    /// <summary>
    /// The second face is moved, turned and scaled so that its 68 points come closest to the first's (least squares, Umeyama
    /// 1991).
    /// </summary>
    Landmarks,
}
