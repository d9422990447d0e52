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
/// <param name="Expression">Its expression; null: nobody asked.</param>
internal sealed record ChipView(Likeness Face, bool Hog, bool UltraFace, ChipExpression? Expression);

/// <summary>Classes of a face's expression.</summary>
/// <param name="WhereFound">In the box that a detector found.</param>
/// <param name="InPlace">Where chips have their faces, which is how the service looks.</param>
internal sealed record ChipExpression(int WhereFound, int InPlace);

/// <summary>Looks at a chip as somebody who got nothing else: where its face is must be found. Where none is found, chips have their faces in one place.</summary>
internal sealed class ChipViewer(
    FaceFinder finder, CheckedLandmarkPredictor predictor, ExpressionClassifier expressions, ChipFrame frame, ImageDecoder decoder, Examiner examiner)
{
    private const double InPlace = 0.3; // intersection over union of a found box with the place where chips have their faces

    private readonly Box _place = new(frame.FaceArea.X, frame.FaceArea.Y, frame.FaceArea.Width, frame.FaceArea.Height);
    private readonly Landmarks68 _mean = new([.. frame.Mean.Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);

    /// <summary>Looks at a chip's file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="withExpression">Whether at the expression too, whose network is the slowest.</param>
    public ChipView Look(byte[] file, bool withExpression)
    {
        using var picture = decoder.Decode(file);
        return Look(picture.Bgr, withExpression);
    }

    /// <inheritdoc cref="Look(byte[], bool)"/>
    public ChipView Look(Mat chip, bool withExpression)
    {
        using var image = new SearchImage(chip.Share());
        var hog = Find(image, new DetectionOptions { Detector = DetectorKind.Hog, Upsample = 0 }); // faces of chips are large
        var ultraFace = Find(image, new DetectionOptions { Detector = DetectorKind.UltraFace });
        var found = hog ?? ultraFace;
        var face = found is null
            ? new FaceLandmarks(new DetectedFace(1, _place, Score: 0, DetectorKind.UltraFace, SubDetector: null), _mean)
            : new FaceLandmarks(found, predictor.Predict(image.Gray, found).Landmarks);
        return new ChipView(
            examiner.LikenessOf(image, face), hog is not null, ultraFace is not null,
            withExpression ? new ChipExpression(expressions.Classify(chip, face.Face.Box), expressions.Classify(chip, _place)) : null);
    }

    private DetectedFace? Find(SearchImage image, DetectionOptions options) => finder.Find(image, options)
        .Select(face => face.ToCommon())
        .Where(face => face.Box.Overlap(_place) >= InPlace)
        .MaxBy(face => face.Score);
}
