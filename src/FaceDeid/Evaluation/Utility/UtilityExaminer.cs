using FaceDeid.Donors;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Evaluation.Utility;

/// <summary>Compares what can be read from a face before and after. Thread-safe.</summary>
internal sealed class UtilityExaminer(
    FaceFinder finder, LandmarkPredictor predictor, CheckedLandmarkPredictor checkedPredictor, ExpressionClassifier expressions,
    AgeSexNetwork kinds)
{
    private const double SameFace = 0.3; // intersection over union of a found box with the place where the face is
    private const int FaceWidth = 80; // pixels to which a face is brought for detectors: enough for each of them
    private const double Around = 2.4; // faces wide and high: what of the picture they see
    private const int MinFaceSize = 40; // spares Haar most of its work

    /// <summary>Compares.</summary>
    /// <param name="before">The original.</param>
    /// <param name="faces">All its faces.</param>
    /// <param name="face">The main one.</param>
    /// <param name="after">The de-identified picture.</param>
    /// <param name="seen">Where the main face is there.</param>
    /// <param name="isSameSize">Whether everything is where it was.</param>
    /// <param name="withExpression">Whether the expression is classified.</param>
    public RowUtility Compare(
        SearchImage before, IReadOnlyList<FoundFace> faces, FaceLandmarks face, SearchImage after, FaceLandmarks seen,
        bool isSameSize, bool withExpression)
    {
        var boxAfter = isSameSize ? face.Face.Box : seen.Face.Box;
        var (pointsBefore, pointsAfter) = isSameSize
            ? (predictor.Predict(before.Gray, face.Face), predictor.Predict(after.Gray, face.Face))
            : (face.Landmarks, seen.Landmarks);
        using var mask = isSameSize ? MaskOf(before, faces) : null;
        using var rest = new Mat();
        if (mask is not null)
            Cv2.BitwiseNot(mask, rest);
        var foundAfter = FoundBy(after, boxAfter);
        var isFace = foundAfter.Count > 0; // else the network and the landmarks see something in what is none
        return new RowUtility(
            FoundBy(before, face.Face.Box),
            foundAfter,
            withExpression ? expressions.Classify(before.Bgr, face.Face.Box) == expressions.Classify(after.Bgr, boxAfter) : null,
            isSameSize ? pointsBefore.DistanceTo(pointsAfter.ToComplex()) : null,
            HeadPose.Estimate(pointsBefore, before.Bgr.Size()) is { } pose
            && HeadPose.Estimate(pointsAfter, after.Bgr.Size()) is { } turned ? pose.To(turned) : null,
            mask is null ? null : PixelComparison.Measure(before.Bgr, after.Bgr, mask),
            mask is null ? null : PixelComparison.Measure(before.Bgr, after.Bgr, rest),
            KeptKind.Compare(kinds.Look(before.Bgr, pointsBefore), isFace ? kinds.Look(after.Bgr, pointsAfter) : null),
            isSameSize ? SkinComparison.Measure(before.Bgr, after.Bgr, pointsBefore, isFace ? pointsAfter : null) : null,
            isSameSize ? RimStep.Measure(before.Bgr, after.Bgr, face.Face.Box) : null,
            isFace ? Gaze.Of(before.Bgr, pointsBefore).To(Gaze.Of(after.Bgr, pointsAfter)) : null);
    }

    /// <summary>
    /// The detectors that find a face where one is. All see it at one size, so that it is the face that counts and not the
    /// picture.
    /// </summary>
    private HashSet<DetectorKind> FoundBy(SearchImage image, Box face)
    {
        var around = Boxes.Around(face.CentreX(), face.CentreY(), Around * face.Width, Around * face.Height);
        var part = new Rect(around.X, around.Y, around.Width, around.Height).Intersect(new Rect(0, 0, image.Width, image.Height));
        if (part.Width <= 0 || part.Height <= 0)
            return [];
        var scale = FaceWidth / (double)face.Width;
        using var cut = image.Bgr.SubMat(part);
        using var scaled = new SearchImage(cut.Resize(
            new Size(Math.Max(1, (int)(part.Width * scale)), Math.Max(1, (int)(part.Height * scale))), 0, 0,
            scale < 1 ? InterpolationFlags.Area : InterpolationFlags.Linear));
        var place = (face with { X = face.X - part.X, Y = face.Y - part.Y }).Scaled(scale);
        return [.. finder.Kinds
            .Where(kind => kind is not (DetectorKind.Auto or DetectorKind.HaarProfile))
            .Where(kind => finder.Find(scaled, new DetectionOptions { Detector = kind, Upsample = 0, MinFaceSize = MinFaceSize })
                .Any(found => found.ToCommon().Box.Overlap(place) >= SameFace))];
    }

    /// <summary>255 where any face is protected by an obfuscation; the caller owns it.</summary>
    private Mat MaskOf(SearchImage image, IReadOnlyList<FoundFace> faces)
    {
        var mask = new Mat(image.Bgr.Size(), MatType.CV_8UC1, Scalar.Black);
        foreach (var face in faces)
        {
            var (landmarks, areReliable) = checkedPredictor.Predict(image.Gray, face);
            using var region = ProtectedRegion.Create(
                new Subject(face, IsGiven: false, Polygon: null, landmarks, areReliable), image.Bgr.Size(), RegionShape.Ellipse);
            if (region.IsEmpty)
                continue;
            using var part = mask.SubMat(region.Bounds);
            Cv2.BitwiseOr(part, region.Mask, part);
        }

        return mask;
    }
}
