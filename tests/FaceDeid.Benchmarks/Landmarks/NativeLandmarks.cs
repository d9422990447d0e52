using FaceDeid.Dlib;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Formats;
using FaceDeid.Models;

namespace FaceDeid.Benchmarks.Landmarks;

/// <summary>
/// The floor: the native calls behind <c>POST /v1/landmarks</c> without a service around them: decoding as the service does it,
/// OpenCV makes gray, dlib looks (upsampled once) and places the points. One detector, so one call at a time.
/// </summary>
internal sealed class NativeLandmarks : IDisposable
{
    private readonly ImageDecoder _decoder = new(new ImageLimits(MaxMegapixels: 50, MaxSide: 16_384),
        new InputFormats(new CagedDecoder()));
    private readonly FrontalFaceDetector _detector = FrontalFaceDetector.Create();
    private readonly ShapePredictor _predictor = ShapePredictor.Load(ModelManifest.Load("models").Verified("landmarks68"));

    /// <summary>The points of all faces, one face after the other.</summary>
    public IReadOnlyList<DlibPoint> Run(byte[] file)
    {
        using var picture = _decoder.Decode(file);
        using var gray = picture.Bgr.ToGray();
        var pixels = gray.AsGrayPixels();
        List<DlibPoint> points = [];
        foreach (var face in _detector.Detect(pixels, upsample: 1))
            points.AddRange(_predictor.Predict(pixels, face.Box));
        return points;
    }

    public void Dispose()
    {
        _detector.Dispose();
        _predictor.Dispose();
    }
}
