using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>The steps between the faces that were found and the picture that may be shown. Thread-safe.</summary>
internal sealed class FaceDeidentifier(
    IEnumerable<IFaceTransform> transforms, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, WorkerGate gate)
{
    private const DeidentificationMethod Fallback = DeidentificationMethod.Blur;
    private const DeidentificationMethod LastResort = DeidentificationMethod.Mask;
    private const double Helps = 0.1; // of similarity: a mask that lowers it by less covers nothing that is recognised
    private const double SamePlace = 0.05; // distances between the eyes: landmarks nearer to each other give nearly the same embedding

    private readonly Dictionary<DeidentificationMethod, IFaceTransform> _transforms = transforms.ToDictionary(t => t.Method);

    /// <summary>Puts the given and the found faces together, one subject each, with landmarks and, where it will be needed, who it is.</summary>
    public IReadOnlyList<Subject> Examine(SearchImage image, IReadOnlyList<DetectedFace> found, DeidentificationOptions options)
    {
        var given = options.Faces ?? [];
        var common = found.Select(face => face.ToCommon());
        var added = common.Where(face => !given.Any(g => OneBoxPerFace.Covers(Outer(g), face.Box))).ToList();
        var nextId = given.Max(g => g.Id) ?? 0;
        (DetectedFace Face, bool IsGiven, IReadOnlyList<PixelPoint>? Polygon)[] faces =
        [
            .. given.Select(g => (Face(g.Id ?? ++nextId, g), true, g.Polygon)),
            .. added.Select(face => (given.Count == 0 ? face : face with { Id = ++nextId }, false, (IReadOnlyList<PixelPoint>?)null)),
        ];
        return gate.Map(faces, face => Examine(image, face.Face, face.IsGiven, face.Polygon, options));

        static Box Outer(EditedFace face) =>
            face.Box is { } box ? box.ToCommon(face.IsHogSquare ? DetectorKind.Hog : DetectorKind.Auto) : Box.Around(face.Polygon!);
        static DetectedFace Face(int id, EditedFace face) => new(id, Outer(face), Score: 1, DetectorKind.Auto, SubDetector: null)
        {
            LandmarkBox = face.IsHogSquare ? face.Box!.Value : Outer(face).ForLandmarks(),
            IsCommon = true,
        };
    }

    /// <summary>Tries every method on a face.</summary>
    /// <exception cref="FaceDeidException"><see cref="ErrorCode.ModelUnavailable"/>: a method leaves the face as it is.</exception>
    public void Test(SearchImage image, DetectedFace face)
    {
        foreach (var method in Enum.GetValues<DeidentificationMethod>())
        {
            var options = new DeidentificationOptions { Method = method };
            using var canvas = image.Bgr.Clone();
            var report = Treat(canvas, Examine(image, [face], options)[0], options);
            if (report.Fallback is not null || Cv2.Norm(image.Bgr, canvas, NormTypes.INF) == 0)
                throw new FaceDeidException(ErrorCode.ModelUnavailable, $"The self-test failed: '{method}' does not work. Run 'make models donors'.");
        }
    }

    /// <summary>Treats one face and says how.</summary>
    public FaceReport Treat(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        var isNatural = options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge;
        var fallback = (isNatural || options.Method == DeidentificationMethod.Eyebar) && !subject.HasReliableLandmarks ? FallbackReason.UnreliableLandmarks : (FallbackReason?)null;
        var applied = fallback is null ? options : options with { Method = Fallback, Strength = null };
        if (!Changes(canvas, subject, applied))
            (applied, fallback) = Masked(canvas, subject, options);
        return Report(subject) with
        {
            Treated = true,
            Method = applied.Method,
            Strength = applied.Strength ?? Strengths.Default(applied.Method),
            Weak = Strengths.IsWeak(applied),
            Fallback = fallback,
        };
    }

    // Whether the method changed the face at all. An untouched face must never pass for a treated one.
    private bool Changes(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        var box = subject.Box;
        var shown = new Rect(box.X, box.Y, box.Width, box.Height).Intersect(new Rect(0, 0, canvas.Width, canvas.Height));
        if (shown.Width <= 0 || shown.Height <= 0)
            throw new InvalidOperationException("A face lies outside of the picture.");
        using var face = canvas.SubMat(shown);
        using var before = face.Clone();
        _transforms[options.Method].Apply(canvas, subject, options);
        return Cv2.Norm(before, face, NormTypes.INF) > 0;
    }

    private (DeidentificationOptions Applied, FallbackReason? Fallback) Masked(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        var mask = options with { Method = LastResort, Strength = null };
        _transforms[LastResort].Apply(canvas, subject, mask);
        return (mask, options.Method == LastResort ? null : FallbackReason.StillRecognised);
    }

    /// <summary>Who a found face is.</summary>
    public FaceEmbedding Identify(SearchImage image, DetectedFace face) => embedder.Embed(image.Bgr, predictor.Predict(image.Gray, face.ToCommon()).Landmarks);

    /// <summary>Verifies every face that was touched; the reports, brought up to date.</summary>
    public IReadOnlyList<FaceReport> VerifyAll(
        Mat canvas, IReadOnlyList<Subject> subjects, IReadOnlyList<FaceReport> reports, DeidentificationOptions options)
    {
        using var gray = canvas.ToGray();
        var similarities = gate.Map([.. subjects.Zip(reports)], pair => pair.Second.Treated ? Similarity(canvas, gray, pair.First) : 0);
        return [.. reports.Select((report, i) => report.Treated ? Strengthen(canvas, gray, subjects[i], report, similarities[i], options) : report)];
    }

    /// <summary>Treats a face that is still recognised again, more strongly.</summary>
    private FaceReport Strengthen(Mat canvas, Mat gray, Subject subject, FaceReport report, double similarity, DeidentificationOptions options)
    {
        report = report with { SimilarityBefore = similarity, SimilarityAfter = similarity };
        // Who allowed a weak method gets it, with the similarity that it leaves.
        foreach (var stronger in report.Weak ? [] : Stronger(report.Method, options))
        {
            if (report.SimilarityAfter < PersonMatch.StillRecognised)
                break;
            using var before = stronger.Method == LastResort ? canvas.Clone() : null;
            _transforms[stronger.Method].Apply(canvas, subject, stronger);
            Refresh(gray, canvas, subject.Box);
            similarity = Similarity(canvas, gray, subject);
            if (before is not null && similarity >= PersonMatch.StillRecognised && similarity > report.SimilarityAfter - Helps)
            {
                // Without any face it looks the same: what is recognised lies around it, and a safe method's result may stay.
                before.CopyTo(canvas);
                Refresh(gray, canvas, subject.Box);
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

    // Other donors first: the picture stays natural. The last leaves nothing of the face.
    private static IEnumerable<DeidentificationOptions> Stronger(DeidentificationMethod? method, DeidentificationOptions options)
    {
        if (method == DeidentificationMethod.Replace)
        {
            yield return options with { Attempt = 1 };
            yield return options with { Attempt = 2 };
        }

        if (method is not Fallback and not LastResort)
            yield return options with { Method = Fallback, Strength = null };
        if (method != LastResort)
            yield return options with { Method = LastResort, Strength = null };
    }

    public static FaceReport Report(Subject subject) => new(
        subject.Face.Id,
        subject.Box,
        subject.IsGiven ? null : subject.Face.Detector,
        subject.IsGiven ? null : subject.Face.Score,
        Treated: false, Method: null, Strength: null, Weak: false, Fallback: null, SimilarityBefore: null, SimilarityAfter: null);

    private Subject Examine(SearchImage image, DetectedFace face, bool isGiven, IReadOnlyList<PixelPoint>? polygon, DeidentificationOptions options)
    {
        var (landmarks, areReliable) = predictor.Predict(image.Gray, face);
        var needsEmbedding = options.Verify
            || options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Merge
            || options.Keep.Count + options.Only.Count > 0;
        return new Subject(
            face, isGiven, polygon, landmarks,
            HasReliableLandmarks: polygon is null && areReliable,
            needsEmbedding ? embedder.Embed(image.Bgr, landmarks) : null);
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
