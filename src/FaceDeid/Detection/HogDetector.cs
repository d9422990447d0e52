using FaceDeid.Dlib;
using OpenCvSharp;

namespace FaceDeid.Detection;

/// <summary>dlib's frontal face detector.</summary>
internal sealed class HogDetector(FrontalFaceDetectorPool pool) : IFaceDetector
{
    public DetectorKind Kind => DetectorKind.Hog;

    public int MaxSide => 1600;

    public IReadOnlyList<RawDetection> Detect(Mat gray, DetectionOptions options)
    {
        var found = pool.Detect(gray.AsGrayPixels(), options.Upsample, options.MinScore ?? 0);
        return [.. found.Select(face => new RawDetection(
            new Box(face.Box.Left, face.Box.Top, face.Box.Width, face.Box.Height), face.Score, face.SubDetector))];
    }
}
