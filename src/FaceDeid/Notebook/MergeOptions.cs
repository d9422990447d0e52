using FaceDeid.Faces.Detection;

namespace FaceDeid.Notebook;

/// <summary>How two pictures are merged.</summary>
/// <param name="Size">Side of the square both are brought to, in pixels, 16 to 2048.</param>
/// <param name="Normalization">The formula.</param>
/// <param name="Alignment">Whether the second face is brought onto the first.</param>
/// <param name="Detection">How the faces are found where landmarks are needed; the main face of each picture is used.</param>
public sealed record MergeOptions(
    int Size, MergeNormalization Normalization, MergeAlignment Alignment, DetectionOptions Detection);
