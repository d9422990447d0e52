using System.Numerics;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Evaluation;

/// <summary>Looks at a picture's main face the way attackers do. Thread-safe.</summary>
internal sealed class FaceViewer(FaceFinder finder, CheckedLandmarkPredictor predictor, FaceEmbedder embedder)
{
    // Where the eyes, the nose's tip and the corners of the mouth come to lie: the face fills the chip from the brows to the
    // chin.
    private static readonly Complex[] Aligned = [new(44, 59), new(84, 59), new(64, 82), new(47.5, 105.5), new(80.5, 105.5)];

    /// <summary>All faces in the common meaning, the main one first.</summary>
    public IReadOnlyList<FoundFace> Find(SearchImage image) =>
        MainFace.First(finder.Find(image, new DetectionOptions()).Select(face => face.ToCommon()), face => face);

    /// <summary>The landmarks of a face that was found, and whether they can be trusted.</summary>
    public (Landmarks68 Landmarks, bool AreReliable) LandmarksOf(SearchImage image, FoundFace face) =>
        predictor.Predict(image.Gray, face);

    /// <summary>The face with these landmarks in a picture (<c>CV_8UC3</c>), as attackers compare it.</summary>
    public ComparedFace LikenessOf(Mat bgr, Landmarks68 landmarks)
    {
        var crop = SimilarityTransform.Between(landmarks.FivePoints(), Aligned);
        using var colours = bgr.WarpReduced(crop, new Size(ComparedFace.Side, ComparedFace.Side));
        using var gray = colours.ToGray();
        using var equalised = gray.EqualizeHist();
        using var face = Blank(equalised);
        face.GetArray(out byte[] chip);
        return new ComparedFace(embedder.Embed(bgr, landmarks), chip);
    }

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
