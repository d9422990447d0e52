using FaceDeid.Dlib;

namespace FaceDeid.Detection;

/// <summary>dlib's frontal face detector.</summary>
internal sealed class HogDetector(FrontalFaceDetectorPool pool) : IFaceDetector
{
    public DetectorKind Kind => DetectorKind.Hog;

    public int MaxSide => 1600;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
    {
        var found = pool.Detect(image.Gray.AsGrayPixels(), options.Upsample ?? 1, options.MinScore ?? 0);
        return [.. found.Select(face => new RawDetection(
            new Box(face.Box.Left, face.Box.Top, face.Box.Width, face.Box.Height), face.Score, face.SubDetector))];
    }
}
