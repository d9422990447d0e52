namespace FaceDeid.Faces.Detection;

/// <summary>
/// Finds faces in a picture. Implementations are thread-safe and throw when they cannot look: an empty answer always means that
/// they looked and found nothing (CONTRIBUTING.md has an example).
/// </summary>
public interface IFaceDetector
{
    /// <summary>As what it is asked for: one that is added to the services is asked besides those of its kind.</summary>
    DetectorKind Kind { get; }

    /// <summary>
    /// Longest side in pixels of the pictures this detector is given; larger ones are reduced first, to bound its work.
    /// </summary>
    int MaxSide { get; }

    /// <summary>
    /// Whether what it finds is only proposed, with scores from 0 to 1: the second look then decides, and says how sure that is.
    /// False: its word counts.
    /// </summary>
    bool IsLookedAtTwice => false;

    /// <summary>Boxes in pixels of <paramref name="image"/>, in the detector's order.</summary>
    IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options);
}

/// <summary>A detector's own word on one face.</summary>
/// <param name="Box">Where it is, in the meaning of its kind (see <see cref="DetectedFace.Box"/>).</param>
/// <param name="Score">How sure the detector is, on the scale of its kind.</param>
/// <param name="SubDetector">Which part of it fired; null: it has none.</param>
public readonly record struct RawDetection(Box Box, double Score, int? SubDetector = null);
