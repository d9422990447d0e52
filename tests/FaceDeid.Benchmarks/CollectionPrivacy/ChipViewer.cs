using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.KSame;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>What can be seen in a chip.</summary>
/// <param name="Face">What attackers get.</param>
/// <param name="Hog">Whether HOG finds the face.</param>
/// <param name="UltraFace">Whether UltraFace finds it.</param>
/// <param name="Expression">The class of its expression where it was found.</param>
/// <param name="FrameExpression">The same where chips have their faces, which is how the service looks.</param>
internal sealed record ChipView(Likeness Face, bool Hog, bool UltraFace, int Expression, int FrameExpression);

/// <summary>Looks at a chip as somebody who got nothing else: where its face is must be found. Where none is found, chips have their faces in one place.</summary>
internal sealed class ChipViewer(
    FaceFinder finder, CheckedLandmarkPredictor predictor, ExpressionClassifier expressions, ChipFrame frame, ImageDecoder decoder, Examiner examiner)
{
    private const double InPlace = 0.3; // intersection over union of a found box with the place where chips have their faces

    private readonly Box _place = new(frame.FaceArea.X, frame.FaceArea.Y, frame.FaceArea.Width, frame.FaceArea.Height);
    private readonly Landmarks68 _mean = new([.. frame.Mean.Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);

    public ChipView Look(byte[] file)
    {
        using var picture = decoder.Decode(file);
        return Look(picture.Bgr);
    }

    public ChipView Look(Mat chip)
    {
        using var image = new SearchImage(chip.Share());
        var hog = Find(image, new DetectionOptions { Detector = DetectorKind.Hog, Upsample = 0 }); // faces of chips are large
        var ultraFace = Find(image, new DetectionOptions { Detector = DetectorKind.UltraFace });
        var face = hog ?? ultraFace ?? new DetectedFace(1, _place, Score: 0, DetectorKind.UltraFace, SubDetector: null);
        var landmarks = face.Score > 0 || hog is not null ? predictor.Predict(image.Gray, face).Landmarks : _mean;
        return new ChipView(
            examiner.LikenessOf(image, new FaceLandmarks(face, landmarks)), hog is not null, ultraFace is not null,
            expressions.Classify(chip, face.Box), expressions.Classify(chip, _place));
    }

    private DetectedFace? Find(SearchImage image, DetectionOptions options) => finder.Find(image, options)
        .Select(face => face.ToCommon())
        .Where(face => face.Box.Overlap(_place) >= InPlace)
        .MaxBy(face => face.Score);
}
