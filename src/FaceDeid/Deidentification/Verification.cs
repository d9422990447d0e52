using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>Compares treated faces with the originals, and treats those that are still recognised again. Thread-safe.</summary>
internal sealed class Verification(
    IEnumerable<IFaceTransform> transforms, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, WorkerGate gate)
{
    private const double Helps = 0.1; // of similarity: a mask that lowers it by less covers nothing that is recognised
    private const double SamePlace = 0.05; // distances between the eyes: landmarks nearer to each other give nearly the same embedding

    private readonly Dictionary<DeidentificationMethod, IFaceTransform> _transforms = transforms.ToDictionary(t => t.Method);

    /// <summary>Verifies every face that was touched; the reports, brought up to date.</summary>
    public IReadOnlyList<FaceReport> Run(
        Mat canvas, IReadOnlyList<Subject> subjects, IReadOnlyList<FaceReport> reports, DeidentificationOptions options, WorkBudget budget)
    {
        using var gray = canvas.ToGray();
        var similarities = gate.Map([.. subjects.Zip(reports)], pair => pair.Second.Treated ? Similarity(canvas, gray, pair.First) : 0);
        return [.. reports.Select((report, i) => report.Treated ? Strengthen(canvas, gray, subjects[i], report, similarities[i], options, budget) : report)];
    }

    /// <summary>Treats a face that is still recognised again, more strongly.</summary>
    private FaceReport Strengthen(Mat canvas, Mat gray, Subject subject, FaceReport report, double similarity, DeidentificationOptions options,
        WorkBudget budget)
    {
        report = report with { SimilarityBefore = similarity, SimilarityAfter = similarity };
        // Who allowed a weak method gets it, with the similarity that it leaves. What covers scrambled blocks would keep them from coming back.
        foreach (var stronger in report.Weak || report.Method == DeidentificationMethod.Scramble ? [] : Stronger(report.Method, options))
        {
            if (report.SimilarityAfter < PersonMatch.StillRecognised)
                break;
            var isSeen = budget.TryStrengthen();
            if (!isSeen && stronger.Method != FaceDeidentifier.LastResort)
                continue;
            using var region = ProtectedRegion.Of(subject, canvas.Size(), stronger.Region);
            using var covered = canvas.SubMat(region.Bounds);
            using var before = isSeen && stronger.Method == FaceDeidentifier.LastResort ? covered.Clone() : null;
            ApplyBesideScrambled(canvas, subject, stronger, region.Bounds);
            Refresh(gray, canvas, subject.Box);
            if (!isSeen)
                return Strengthened(report, stronger, similarity: null);
            similarity = Similarity(canvas, gray, subject);
            if (before is not null && similarity >= PersonMatch.StillRecognised && similarity > report.SimilarityAfter - Helps)
            {
                // Without any face it looks the same: what is recognised lies around it, and a safe method's result may stay.
                before.CopyTo(covered);
                Refresh(gray, canvas, subject.Box);
                break;
            }

            report = Strengthened(report, stronger, similarity);
        }

        return report;
    }

    private static FaceReport Strengthened(FaceReport report, DeidentificationOptions stronger, double? similarity) => report with
    {
        Method = stronger.Method,
        Strength = stronger.Strength ?? Strengths.Default(stronger.Method),
        Fallback = stronger.Method == report.Method ? report.Fallback : FallbackReason.StillRecognised,
        SimilarityAfter = similarity,
    };

    private void ApplyBesideScrambled(Mat canvas, Subject subject, DeidentificationOptions options, Rect touched)
    {
        var scrambled = (options.Scrambling?.Regions ?? [])
            .Select(region => new Rect(region.X, region.Y, region.Width, region.Height).Intersect(touched))
            .Where(part => part is { Width: > 0, Height: > 0 }).ToList();
        using var place = scrambled.Count > 0 ? canvas.SubMat(touched) : null;
        using var before = place?.Clone();
        _transforms[options.Method].Apply(canvas, subject, options);
        foreach (var part in scrambled)
        {
            using var was = before!.SubMat(part - touched.TopLeft);
            using var now = canvas.SubMat(part);
            was.CopyTo(now);
        }
    }

    // Other donors first: the picture stays natural. The last leaves nothing of the face.
    private static IEnumerable<DeidentificationOptions> Stronger(DeidentificationMethod? method, DeidentificationOptions options)
    {
        if (method == DeidentificationMethod.Replace)
        {
            yield return options with { Attempt = 1 };
            yield return options with { Attempt = 2 };
        }

        if (method is not FaceDeidentifier.Fallback and not FaceDeidentifier.LastResort)
            yield return options with { Method = FaceDeidentifier.Fallback, Strength = null };
        if (method != FaceDeidentifier.LastResort)
            yield return options with { Method = FaceDeidentifier.LastResort, Strength = null };
    }

    // The attacker knows where the face was, and may also look for it anew.
    private double Similarity(Mat canvas, Mat gray, Subject subject)
    {
        var (again, _) = predictor.Predict(gray, subject.Face);
        var similarity = embedder.Embed(canvas, subject.Landmarks).SimilarityTo(subject.Embedding!);
        return similarity < PersonMatch.Possibly && again.DistanceTo(subject.Landmarks.ToComplex()) < SamePlace
            ? similarity
            : Math.Max(similarity, embedder.Embed(canvas, again).SimilarityTo(subject.Embedding!));
    }

    // The luminance around a face only: a picture can be large, and have many faces.
    private static void Refresh(Mat gray, Mat canvas, Box box)
    {
        var around = new Rect(box.X - box.Width, box.Y - box.Height, 3 * box.Width, 3 * box.Height).Intersect(new Rect(0, 0, canvas.Width, canvas.Height));
        if (around.Width <= 0 || around.Height <= 0)
            return;
        using var colours = canvas.SubMat(around);
        using var luminance = gray.SubMat(around);
        Cv2.CvtColor(colours, luminance, ColorConversionCodes.BGR2GRAY);
    }
}
