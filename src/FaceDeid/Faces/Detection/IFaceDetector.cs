namespace FaceDeid.Faces.Detection;

/// <summary>
/// Finds faces in a picture. Implementations are thread-safe and throw when they cannot look: an empty answer always means that
/// they looked and found nothing.
/// </summary>
internal interface IFaceDetector
{
    DetectorKind Kind { get; }

    /// <summary>Longest side in pixels of the pictures this detector is given; larger ones are reduced first, to bound its work.</summary>
    int MaxSide { get; }

    /// <summary>Boxes in pixels of <paramref name="image"/>, in the detector's order.</summary>
    IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options);
}

/// <summary>A detector's own word on one face.</summary>
internal readonly record struct RawDetection(Box Box, double Score, int? SubDetector = null);
