using FaceDeid.Collections;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Inversions;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Evaluation;

/// <summary>Brings pictures down to what attackers compare, and to what the faces are still good for. Thread-safe.</summary>
internal sealed class RowExaminer(
    FaceViewer viewer, UtilityExaminer utility, IEnumerable<IInversion> inversions, ChipFrame frame)
{
    private const double SameFace = 0.3; // intersection over union of a found box with the original's
    private const double SameShape = 0.01; // part by which width and height of a picture may be scaled apart
    private const double Surroundings = 0.2; // of the face's box, to each side: what inversions get
    private const int MinSide = 16; // pixels: of a smaller face nothing can be undone
    // Pixels to which larger ones are reduced: bounds time and memory, and recognisers see fewer.
    private const int MaxSide = 1024;

    /// <summary>The main face of a gallery's photo.</summary>
    /// <param name="reading">The work.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="needsFace">Whether one without a face is refused; else the face is taken to be where chips have it.</param>
    public ComparedFace Known(Reading reading, UprightImage photo, bool needsFace)
    {
        using var picture = Shown(photo);
        return reading.Step("view", () =>
        {
            var face = viewer.Find(picture) is [var main, ..] ? main : null;
            if (face is null && needsFace)
                throw NoFace();
            return viewer.LikenessOf(
                picture.Bgr, face is null ? WhereChipsHaveIt(picture) : viewer.LandmarksOf(picture, face).Landmarks);
        });
    }

    /// <summary>The main face of a photo that attackers de-identified themselves: they know where it was.</summary>
    /// <param name="reading">The work.</param>
    /// <param name="original">The photo.</param>
    /// <param name="deidentified">What they made of it.</param>
    /// <param name="isAlignedAnew">Whether that is a chip.</param>
    public ComparedFace Treated(Reading reading, UprightImage original, UprightImage deidentified, bool isAlignedAnew)
    {
        if (isAlignedAnew)
            return Known(reading, deidentified, needsFace: false);
        using var before = Shown(original);
        using var after = Shown(deidentified);
        return reading.Step("view", () =>
        {
            if (viewer.Find(before) is not [var main, ..]) // said of the photo in the gallery
                return viewer.LikenessOf(after.Bgr, WhereChipsHaveIt(after));
            var face = new FaceLandmarks(main, viewer.LandmarksOf(before, main).Landmarks);
            return viewer.LikenessOf(after.Bgr, After(after, before.Bgr.Size() == after.Bgr.Size(), face, before).Landmarks);
        });
    }

    /// <summary>A picture before and after.</summary>
    /// <param name="reading">The work.</param>
    /// <param name="row">The row.</param>
    /// <param name="person">Who is in it.</param>
    /// <param name="original">The original.</param>
    /// <param name="deidentified">The de-identified picture.</param>
    /// <param name="view">What is looked at.</param>
    public ExaminedRow Row(
        Reading reading, EvaluationRow row, int person, UprightImage original, UprightImage deidentified, RowView view)
    {
        using var before = Shown(original);
        var faces = reading.Step("view", () => viewer.Find(before));
        if (faces.Count == 0)
            throw NoFace();
        var face = new FaceLandmarks(faces[0], viewer.LandmarksOf(before, faces[0]).Landmarks);

        using var after = Shown(deidentified);
        var isSameSize = !view.IsAlignedAnew && before.Bgr.Size() == after.Bgr.Size();
        var seen = reading.Step("view", () => After(after, isSameSize, face, before));
        return new ExaminedRow(
            row.Part, row.Number, person,
            viewer.LikenessOf(before.Bgr, face.Landmarks),
            viewer.LikenessOf(after.Bgr, seen.Landmarks),
            isSameSize
                ? reading.Step("reconstruct", () => Reconstructed(before, after, face))
                : new Dictionary<Inversion, ComparedFace>(),
            reading.Step("utility", () => utility.Compare(before, faces, face, after, seen, isSameSize, view.WithExpression)));
    }

    /// <summary>
    /// Where attackers see the face in the de-identified picture. Where it cannot be found, or not surely, they know where it
    /// was: they get every help.
    /// </summary>
    private FaceLandmarks After(SearchImage after, bool isSameSize, FaceLandmarks face, SearchImage before)
    {
        var faces = viewer.Find(after);
        if (isSameSize)
        {
            var found = faces.Where(other => other.Box.Overlap(face.Face.Box) >= SameFace)
                .MaxBy(other => other.Box.Overlap(face.Face.Box));
            return found is not null && viewer.LandmarksOf(after, found) is { AreReliable: true } seen
                ? new FaceLandmarks(found, seen.Landmarks)
                : face;
        }

        if (faces is [var main, ..])
            return new FaceLandmarks(main, viewer.LandmarksOf(after, main).Landmarks);
        var (perX, perY) = (after.Width / (double)before.Width, after.Height / (double)before.Height);
        var landmarks = Math.Abs((perX / perY) - 1) <= SameShape
            ? new Landmarks68(
                [.. face.Landmarks.Points.Select(p => new PixelPoint((int)Math.Round(p.X * perX), (int)Math.Round(p.Y * perY)))])
            : WhereChipsHaveIt(after);
        return new FaceLandmarks(
            new FoundFace(1, Boxes.Around(landmarks.Points), Score: 0, DetectorKind.Auto, SubDetector: null) { IsCommon = true },
            landmarks);
    }

    private Landmarks68 WhereChipsHaveIt(SearchImage picture) => new(
        [.. frame.Mean.Select(p => new PixelPoint(
            (int)Math.Round(p.Real * picture.Width / ChipFrame.Side),
            (int)Math.Round(p.Imaginary * picture.Height / ChipFrame.Side)))]);

    private Dictionary<Inversion, ComparedFace> Reconstructed(SearchImage before, SearchImage after, FaceLandmarks face)
    {
        var reconstructed = new Dictionary<Inversion, ComparedFace>();
        var box = face.Face.Box;
        var area = new Rect(box.X, box.Y, box.Width, box.Height);
        area.Inflate((int)(Surroundings * box.Width), (int)(Surroundings * box.Height));
        area = area.Intersect(new Rect(0, 0, before.Width, before.Height));
        if (Math.Min(area.Width, area.Height) < MinSide)
            return reconstructed;

        var scale = Math.Min(1, MaxSide / (double)Math.Max(area.Width, area.Height));
        using var original = Cut(before.Bgr, area, scale);
        using var deidentified = Cut(after.Bgr, area, scale);
        var landmarks = new Landmarks68(
            [.. face.Landmarks.Points.Select(p => new PixelPoint(
                (int)Math.Round((p.X - area.X) * scale), (int)Math.Round((p.Y - area.Y) * scale)))]);
        foreach (var inversion in inversions)
        {
            WorkerGate.Checkpoint();
            using var undone = inversion.Invert(original, deidentified);
            if (undone is not null)
                reconstructed[inversion.Kind] = viewer.LikenessOf(undone, landmarks);
        }

        return reconstructed;
    }

    private static Mat Cut(Mat pixels, Rect area, double scale)
    {
        using var part = pixels.SubMat(area);
        return scale == 1 ? part.Share() : part.Resize(default, scale, scale, InterpolationFlags.Area);
    }

    private static SearchImage Shown(UprightImage picture) =>
        new(picture.ToLook(picture.Appearances().Contains(Appearance.OnWhite) ? Appearance.OnWhite : Appearance.Colours));

    private static FaceDeidException NoFace() =>
        new(FaceDeidError.NoFace, "No face was found in it. Send a picture with a clearer or larger face, or leave it out.");
}

/// <summary>How a row is looked at.</summary>
/// <param name="IsAlignedAnew">Whether its de-identified picture is a chip, in which nothing is where it was.</param>
/// <param name="WithExpression">Whether at the expression too.</param>
internal readonly record struct RowView(bool IsAlignedAnew, bool WithExpression);
