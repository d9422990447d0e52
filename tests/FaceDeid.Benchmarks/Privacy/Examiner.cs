using System.Numerics;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>
/// Looks at a face the way attackers and users do. After de-identification, both are told where the original's face and landmarks were:
/// what is measured is what the pixels still say, not whether somebody looked in the right place.
/// </summary>
internal sealed class Examiner(
    FaceFinder finder, LandmarkPredictor predictor, CheckedLandmarkPredictor checkedPredictor, FaceEmbedder embedder, ExpressionClassifier expressions)
{
    private const double SameFace = 0.3; // intersection over union of a found box with the original's

    // Where the eyes, the nose's tip and the corners of the mouth come to lie: the face fills the chip from the brows to the chin.
    private static readonly Complex[] Aligned = [new(44, 59), new(84, 59), new(64, 82), new(47.5, 105.5), new(80.5, 105.5)];

    /// <summary>The largest face, as the service sees it; null: there is none.</summary>
    public FaceLandmarks? MainFace(SearchImage image)
    {
        var largest = finder.Find(image, new DetectionOptions()).MaxBy(face => face.Box.Width * face.Box.Height);
        return largest is null ? null : new FaceLandmarks(largest.ToCommon(), checkedPredictor.Predict(image.Gray, largest.ToCommon()).Landmarks);
    }

    /// <summary>The face for attackers.</summary>
    public Likeness LikenessOf(SearchImage image, FaceLandmarks of)
    {
        var crop = SimilarityTransform.Between(of.Landmarks.FivePoints(), Aligned);
        using var colours = image.Bgr.WarpReduced(crop, new Size(Likeness.Side, Likeness.Side));
        using var gray = colours.ToGray();
        using var equalised = gray.EqualizeHist();
        using var face = Blank(equalised);
        face.GetArray(out byte[] chip);
        return new Likeness(embedder.Embed(image.Bgr, of.Landmarks), chip);
    }

    /// <summary>The face for everybody else.</summary>
    public Traits TraitsOf(SearchImage image, DetectedFace face) => new(
        Finds(DetectorKind.Hog, image, face),
        Finds(DetectorKind.UltraFace, image, face),
        predictor.Predict(image.Gray, face),
        expressions.Classify(image.Bgr, face.Box));

    /// <summary>Whether a detector finds a face where one was.</summary>
    public bool Finds(DetectorKind detector, SearchImage image, DetectedFace face) =>
        finder.Find(image, new DetectionOptions { Detector = detector }).Any(found => found.ToCommon().Box.Overlap(face.Box) >= SameFace);

    // The corners show hair and background, which no method changes and which say nothing of the face.
    private static Mat Blank(Mat chip)
    {
        using var inside = new Mat(chip.Size(), chip.Type(), Scalar.Black);
        Cv2.Ellipse(inside, new Point(64, 78), new Size(40, 52), 0, 0, 360, Scalar.White, thickness: -1);
        var blanked = new Mat(chip.Size(), chip.Type(), Scalar.All(128));
        chip.CopyTo(blanked, inside);
        return blanked;
    }
}
