using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// OpenCV's cascade for faces seen from the side. It knows those that look left only, so it looks at the mirror image too.
/// </summary>
internal sealed class HaarProfileDetector(string cascadeFile) : IFaceDetector, IKeepsMemory, IDisposable
{
    private readonly HaarCascadeDetector _cascade = new(cascadeFile);

    public DetectorKind Kind => DetectorKind.HaarProfile;

    public int MaxSide => _cascade.MaxSide;

    public bool IsLookedAtTwice => true;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
    {
        using var mirrored = new SearchImage(image.Bgr.Flip(FlipMode.Y));
        var lookingRight = _cascade.Detect(mirrored, options)
            .Select(face => face with { Box = face.Box with { X = image.Width - face.Box.X - face.Box.Width } });
        return OneBoxPerFace.Merge(
            _cascade.Detect(image, options).Concat(lookingRight).OrderByDescending(face => face.Score), face => face.Box);
    }

    public void GiveBack() => _cascade.GiveBack();

    public void Dispose() => _cascade.Dispose();
}
