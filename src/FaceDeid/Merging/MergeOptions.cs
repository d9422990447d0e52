using FaceDeid.Detection;

namespace FaceDeid.Merging;

/// <summary>What is divided by when two values are merged.</summary>
public enum MergeNormalization
{
    /// <summary>The notebook's <c>sqrt(a^2 + b^2) / 2</c>: 0 to 180, so the result is darker; a face merged with itself gives 0.707 a.</summary>
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
    /// The second face is moved, turned and scaled so that its 68 points come closest to the first's (least squares, Umeyama 1991).
    /// </summary>
    Landmarks,
}

/// <summary>How two pictures are merged.</summary>
/// <param name="Size">Side of the square both are brought to, in pixels, 16 to 2048.</param>
/// <param name="Normalization">The formula.</param>
/// <param name="Alignment">Whether the second face is brought onto the first.</param>
/// <param name="Detection">How the faces are found where landmarks are needed; the main face of each picture is used.</param>
public sealed record MergeOptions(int Size, MergeNormalization Normalization, MergeAlignment Alignment, DetectionOptions Detection);

/// <summary>A position between pixels.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
public readonly record struct MergedPoint(double X, double Y);
