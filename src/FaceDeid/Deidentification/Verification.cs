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
    /// <param name="canvas">The picture as it is to be answered.</param>
    /// <param name="stretch">By what it is looked at; null: as it is.</param>
    /// <param name="subjects">Its faces.</param>
    /// <param name="reports">What was done to them.</param>
    /// <param name="options">How.</param>
    public IReadOnlyList<FaceReport> Run(
        Mat canvas, ContrastStretch? stretch, IReadOnlyList<Subject> subjects, IReadOnlyList<FaceReport> reports, DeidentificationOptions options)
    {
        using var seen = new SeenCanvas(canvas, stretch);
        var similarities = gate.Map([.. subjects.Zip(reports)], pair => pair.Second.Treated ? Similarity(seen, pair.First) : 0);
        return
        [
            .. reports.Select((report, i) => report.Treated ? Strengthen(canvas, seen, subjects[i], report, similarities[i], options) : report),
        ];
    }

    /// <summary>Treats a face that is still recognised again, more strongly.</summary>
    private FaceReport Strengthen(
        Mat canvas, SeenCanvas seen, Subject subject, FaceReport report, double similarity, DeidentificationOptions options)
    {
        report = report with { SimilarityBefore = similarity, SimilarityAfter = similarity };
        // Who allowed a weak method gets it, with the similarity that it leaves. What covers scrambled blocks would keep them from coming back.
        foreach (var stronger in report.Weak || report.Method == DeidentificationMethod.Scramble ? [] : Stronger(report.Method, options))
        {
            if (report.SimilarityAfter < PersonMatch.StillRecognised)
                break;
            using var region = ProtectedRegion.Of(subject, canvas.Size(), stronger.Region);
            using var covered = canvas.SubMat(region.Bounds);
            using var before = stronger.Method == FaceDeidentifier.LastResort ? covered.Clone() : null;
            ApplyBesideScrambled(canvas, subject, stronger);
            seen.Refresh(subject.Box);
            similarity = Similarity(seen, subject);
            if (before is not null && similarity >= PersonMatch.StillRecognised && similarity > report.SimilarityAfter - Helps)
            {
                // Without any face it looks the same: what is recognised lies around it, and a safe method's result may stay.
                before.CopyTo(covered);
                seen.Refresh(subject.Box);
                break;
            }

            report = report with
            {
                Method = stronger.Method,
                Strength = stronger.Strength ?? Strengths.Default(stronger.Method),
                Fallback = stronger.Method == report.Method ? report.Fallback : FallbackReason.StillRecognised,
                SimilarityAfter = similarity,
            };
        }

        return report;
    }

    private void ApplyBesideScrambled(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        var scrambled = (options.Scrambling?.Regions ?? []).Select(region => new Rect(region.X, region.Y, region.Width, region.Height)).ToList();
        using var before = scrambled.Count > 0 ? canvas.Clone() : null;
        _transforms[options.Method].Apply(canvas, subject, options);
        foreach (var region in scrambled)
        {
            using var was = before!.SubMat(region);
            using var now = canvas.SubMat(region);
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
    private double Similarity(SeenCanvas seen, Subject subject)
    {
        var (again, _) = predictor.Predict(seen.Gray, subject.Face);
        var similarity = embedder.Embed(seen.Bgr, subject.Landmarks).SimilarityTo(subject.Embedding!);
        return similarity < PersonMatch.Possibly && again.DistanceTo(subject.Landmarks.ToComplex()) < SamePlace
            ? similarity
            : Math.Max(similarity, embedder.Embed(seen.Bgr, again).SimilarityTo(subject.Embedding!));
    }

    /// <summary>More than any method touches of a face, which lies in the picture at least in part.</summary>
    private static Rect Around(Box box, Mat canvas) => new Rect(box.X - box.Width, box.Y - box.Height, 3 * box.Width, 3 * box.Height)
        .Intersect(new Rect(0, 0, canvas.Width, canvas.Height));

    /// <summary>A canvas as it is looked at, and its luminance.</summary>
    private sealed class SeenCanvas : IDisposable
    {
        private readonly Mat _canvas;
        private readonly ContrastStretch? _stretch;

        public SeenCanvas(Mat canvas, ContrastStretch? stretch)
        {
            (_canvas, _stretch) = (canvas, stretch);
            Bgr = stretch?.Apply(canvas) ?? canvas.Share();
            Gray = Bgr.ToGray();
        }

        public Mat Bgr { get; }

        public Mat Gray { get; }

        /// <summary>Looks again around a face only: a picture can be large, and have many faces.</summary>
        public void Refresh(Box box)
        {
            var around = Around(box, _canvas);
            using var colours = Bgr.SubMat(around);
            if (_stretch is not null)
            {
                using var part = _canvas.SubMat(around);
                using var stretched = _stretch.Apply(part);
                stretched.CopyTo(colours);
            }

            using var luminance = Gray.SubMat(around);
            Cv2.CvtColor(colours, luminance, ColorConversionCodes.BGR2GRAY);
        }

        public void Dispose()
        {
            Bgr.Dispose();
            Gray.Dispose();
        }
    }
}
