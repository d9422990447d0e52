using OpenCvSharp;

namespace FaceDeid.Detection;

/// <summary>Runs the detector that was asked for on a picture of any size, and answers in that picture's pixels.</summary>
internal sealed class FaceFinder(IEnumerable<IFaceDetector> detectors)
{
    private readonly Dictionary<DetectorKind, IFaceDetector> _detectors = detectors.ToDictionary(d => d.Kind);

    /// <summary>The faces in a gray picture, in the detector's order.</summary>
    public IReadOnlyList<DetectedFace> Find(Mat gray, DetectionOptions options)
    {
        var detector = _detectors[options.Detector];
        var scale = Math.Max(1.0, Math.Max(gray.Width, gray.Height) / (double)detector.MaxSide);
        if (scale == 1)
            return Number(detector.Detect(gray, options), options);

        var size = new Size(Math.Max(1, (int)Math.Round(gray.Width / scale)), Math.Max(1, (int)Math.Round(gray.Height / scale)));
        using var reduced = gray.Resize(size, 0, 0, InterpolationFlags.Area);
        var found = detector.Detect(reduced, options with { MinFaceSize = (int)(options.MinFaceSize / scale) });
        return Number(found.Select(face => face with { Box = Enlarge(face.Box, scale) }), options);

        static Box Enlarge(Box box, double scale) => new(
            (int)Math.Round(box.X * scale), (int)Math.Round(box.Y * scale), (int)Math.Round(box.Width * scale), (int)Math.Round(box.Height * scale));
    }

    private static DetectedFace[] Number(IEnumerable<RawDetection> found, DetectionOptions options) =>
        [.. found
            .Where(face => Math.Min(face.Box.Width, face.Box.Height) >= options.MinFaceSize)
            .Select((face, i) => new DetectedFace(i + 1, face.Box, face.Score, options.Detector, face.SubDetector))];
}
