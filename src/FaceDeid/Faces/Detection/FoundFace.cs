using FaceDeid.Imaging;

namespace FaceDeid.Faces.Detection;

/// <summary>One face that a detector found, with what the steps after it need to know.</summary>
/// <inheritdoc cref="DetectedFace"/>
public sealed record FoundFace(int Id, Box Box, double Score, DetectorKind Detector, int? SubDetector)
    : DetectedFace(Id, Box, Score, Detector, SubDetector)
{
    /// <summary>
    /// The same face as HOG would draw it, which is where the landmark predictor looks; for a turned face, after the picture was
    /// turned around the centre of <see cref="Box"/> until the face is upright.
    /// </summary>
    internal Box LandmarkBox { get; init; } = Box;

    /// <summary>
    /// Degrees clockwise by which the face is turned in the picture: 0, or what a search turned the picture by.
    /// </summary>
    internal int Roll { get; init; }

    /// <summary>
    /// How sure HOG, which knows upright faces only, is of this face turned by <see cref="Roll"/>; null: not asked, or not.
    /// </summary>
    internal double? HogScore { get; init; }

    /// <summary>Whether its detector only proposes it: it counts when it is a face at the second look, too.</summary>
    internal bool IsProposal { get; init; }

    /// <summary>The second look's most telling view of it, a score of 0 to 1; 0: it was not looked at twice.</summary>
    internal double SeenAgain { get; init; }

    /// <summary>In which appearance of the picture it was found.</summary>
    internal Appearance Seen { get; init; }

    /// <summary>Whether <see cref="Box"/> is in the common meaning already, whoever found it.</summary>
    internal bool IsCommon { get; init; }

    /// <summary>The face with its box in the common meaning.</summary>
    internal FoundFace ToCommon() => IsCommon ? this : this with { Box = Box.ToCommon(Detector), IsCommon = true };
}
