using FaceDeid.Detection;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>The steps between the faces that were found and the picture that may be shown. Thread-safe.</summary>
internal sealed class FaceDeidentifier(IEnumerable<IFaceTransform> transforms, LandmarkPredictor predictor, FaceEmbedder embedder)
{
    private const DeidentificationMethod Fallback = DeidentificationMethod.Blur;
    private const DeidentificationMethod LastResort = DeidentificationMethod.Mask;

    private readonly Dictionary<DeidentificationMethod, IFaceTransform> _transforms = transforms.ToDictionary(t => t.Method);

    /// <summary>Puts the found and the given faces together and examines each: landmarks, and who it is where that will be needed.</summary>
    public IReadOnlyList<Subject> Examine(SearchImage image, IReadOnlyList<DetectedFace> found, DeidentificationOptions options)
    {
        var given = options.Faces ?? [];
        var added = found.Where(face => !given.Any(g => g.Box is { } box && box.Overlap(face.Box) > 0.3)).ToList();
        var nextId = given.Max(g => g.Id) ?? 0;
        return
        [
            .. given.Select(g => Subject(image, g.Id ?? ++nextId, g.Box ?? Box.Around(g.Polygon!), g.Polygon, found: null, options)),
            .. added.Select(face => Subject(image, given.Count == 0 ? face.Id : ++nextId, face.Box, polygon: null, face, options)),
        ];
    }

    /// <summary>Treats one face and says how.</summary>
    public FaceReport Treat(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        var isNatural = options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge;
        var fallback = (isNatural || options.Method == DeidentificationMethod.Eyebar) && !subject.HasReliableLandmarks ? FallbackReason.UnreliableLandmarks : (FallbackReason?)null;
        var applied = fallback is null ? options : options with { Method = Fallback, Strength = null };
        _transforms[applied.Method].Apply(canvas, subject, applied);
        return Report(subject) with
        {
            Treated = true,
            Method = applied.Method,
            Strength = applied.Strength ?? Strengths.Default(applied.Method),
            Weak = Strengths.IsWeak(applied),
            Fallback = fallback,
        };
    }

    /// <summary>Who a found face is.</summary>
    public FaceEmbedding Identify(SearchImage image, DetectedFace face) => embedder.Embed(image.Bgr, predictor.Predict(image.Gray, face.Box));

    /// <summary>Verifies every face that was touched, and brings its report up to date.</summary>
    public bool VerifyAll(Mat canvas, IReadOnlyList<Subject> subjects, List<FaceReport> reports, DeidentificationOptions options)
    {
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Treated)
                reports[i] = Verify(canvas, subjects[i], reports[i], options);
        }

        return true;
    }

    /// <summary>Compares a treated face with the original and, where it is still recognised, treats it again more strongly.</summary>
    private FaceReport Verify(Mat canvas, Subject subject, FaceReport report, DeidentificationOptions options)
    {
        var before = Similarity(canvas, subject);
        report = report with { SimilarityBefore = before, SimilarityAfter = before };
        // Who allowed a weak method gets it, with the similarity that it leaves.
        foreach (var stronger in report.Weak ? [] : new[] { Fallback, LastResort })
        {
            if (report.SimilarityAfter < PersonMatch.StillRecognised)
                break;
            _transforms[stronger].Apply(canvas, subject, options with { Method = stronger, Strength = null });
            report = report with
            {
                Method = stronger,
                Strength = Strengths.Default(stronger),
                Fallback = FallbackReason.StillRecognised,
                SimilarityAfter = Similarity(canvas, subject),
            };
        }

        return report;
    }

    public static FaceReport Report(Subject subject) =>
        new(subject.Id, subject.Box, subject.Found?.Detector, subject.Found?.Score, Treated: false, null, null, Weak: false, null, null, null);

    private Subject Subject(
        SearchImage image, int id, Box box, IReadOnlyList<PixelPoint>? polygon, DetectedFace? found, DeidentificationOptions options)
    {
        var landmarks = predictor.Predict(image.Gray, found?.Box ?? box);
        var needsEmbedding = options.Verify || options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Merge || options.Keep.Count + options.Only.Count > 0;
        return new Subject(
            id, box, polygon, found, landmarks,
            HasReliableLandmarks: polygon is null && LandmarkReliability.IsReliable(landmarks),
            needsEmbedding ? embedder.Embed(image.Bgr, landmarks) : null);
    }

    // The attacker knows where the face was, and may also look for it anew.
    private double Similarity(Mat canvas, Subject subject)
    {
        using var search = new SearchImage(canvas);
        var again = predictor.Predict(search.Gray, subject.Found?.Box ?? subject.Box);
        return Math.Max(
            embedder.Embed(canvas, subject.Landmarks).SimilarityTo(subject.Embedding!),
            embedder.Embed(canvas, again).SimilarityTo(subject.Embedding!));
    }
}
