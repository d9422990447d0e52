using FaceDeid.Dlib;

namespace FaceDeid.Faces.Detection;

/// <summary>dlib's frontal face detector. Its pyramid's levels are searched side by side while workers are idle.</summary>
internal sealed class HogDetector(FrontalFaceDetector detector, WorkerGate gate) : IFaceDetector, IKeepsMemory
{
    public DetectorKind Kind => DetectorKind.Hog;

    public int MaxSide => 1600;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
    {
        // A detector that boxes faces more generously may find the same face large enough: HOG's word on where it is helps it.
        var smallest = options.MinFaceSize * 3 / 4;
        var found = detector.Detect(
            image.Gray.AsGrayPixels(), options.Upsample ?? 1, options.MinScore ?? 0, smallest, SideBySide);
        return [.. found.Select(face => new RawDetection(
            new Box(face.Box.Left, face.Box.Top, face.Box.Width, face.Box.Height), face.Score, face.SubDetector))];
    }

    public void GiveBack() => detector.GiveBack();

    private void SideBySide(int levels, Action<int> scan) => gate.Map([.. Enumerable.Range(0, levels)], level =>
    {
        scan(level);
        return level;
    });
}
