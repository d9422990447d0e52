using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>Compares treated faces with the originals, and treats those that are still recognised again. Thread-safe.</summary>
internal sealed class Verification(
    IEnumerable<IFaceTransform> transforms, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, WorkerGate gate)
{
    /// <summary>
    /// Smaller side of the smallest box whose face the network may recognise, in pixels: of people whose other photo is known, it
    /// gives 12 of 100 at 12 pixels, 5 at 10 and none at 8 a similarity that would count (docs/deidentify.md).
    /// </summary>
    private const int Smallest = 12;

    private const double Helps = 0.1; // of similarity: a mask that lowers it by less covers nothing that is recognised
    // Distances between the eyes: landmarks nearer to each other give nearly the same embedding.
    private const double SamePlace = 0.05;

    private readonly FaceTransforms _transforms = new(transforms);

    /// <summary>Whether a look at a face that was treated so could tell anything.</summary>
    public static bool Tells(Box face, DeidentificationOptions options) => options.Verify
        && options.Method != FaceDeidentifier.LastResort && Math.Min(face.Width, face.Height) >= Smallest;

    /// <summary>
    /// Verifies every face that was touched and could be recognised, each as it was seen; the reports, brought up to date.
    /// </summary>
    public IReadOnlyList<FaceReport> Run(
        UprightImage canvas, IReadOnlyList<Subject> subjects, IReadOnlyList<FaceReport> reports, Treatment treatment,
        WorkBudget budget)
    {
        var verified = reports.ToArray();
        var treated = Enumerable.Range(0, subjects.Count)
            .Where(i => reports[i].Treated && Tells(subjects[i].Face.Box, treatment.Options))
            .GroupBy(i => subjects[i].Face.Seen);
        foreach (var together in treated)
        {
            using var view = new CanvasView(canvas, together.Key);
            int[] faces = [.. together];
            var similarities = gate.Map(faces, i => Similarity(view, subjects[i]));
            foreach (var (i, similarity) in faces.Zip(similarities))
                verified[i] = Strengthen(canvas, view, subjects[i], reports[i], similarity, treatment, budget);
        }

        return verified;
    }

    /// <summary>Treats a face that is still recognised again, more strongly.</summary>
    private FaceReport Strengthen(
        UprightImage canvas, CanvasView view, Subject subject, FaceReport report, double similarity, Treatment treatment,
        WorkBudget budget)
    {
        report = report with { SimilarityBefore = similarity, SimilarityAfter = similarity };
        var recognised = PersonMatch.StillRecognised + PersonMatch.Alike(subject.Who);
        // Who allowed a weak method gets it, with the similarity that it leaves. What covers scrambled blocks would keep them
        // from coming back.
        Treatment[] ways = report.Weak || report.Method == DeidentificationMethod.Scramble
            ? []
            : [.. Stronger(report.Method, subject, treatment)];
        foreach (var way in ways)
        {
            WorkerGate.Checkpoint();
            if (report.SimilarityAfter < recognised)
                break;
            var isSeen = budget.TryStrengthen();
            // Of blurs the strongest where nobody looks any more: a crowd is not to be full of black discs.
            var stronger = !isSeen && way.Options.Method == FaceDeidentifier.Fallback
                ? treatment.With(FaceDeidentifier.Fallback, Strengths.MostBlur)
                : way;
            using var before = new SavedRegion(canvas, subject, stronger.Options.Region);
            ApplyBesideScrambled(canvas, subject, stronger, before);
            view.Refresh(subject.Box, before.Bounds);
            if (!isSeen)
                return Strengthened(report, stronger, similarity: null);
            similarity = Similarity(view, subject);
            if (stronger.Options.Method == FaceDeidentifier.LastResort && similarity >= recognised
                && similarity > report.SimilarityAfter - Helps)
            {
                // Without any face it looks the same: what is recognised lies around it, and a safe method's result may stay.
                before.PutBack(before.Bounds);
                view.Refresh(subject.Box, before.Bounds);
                break;
            }

            report = Strengthened(report, stronger, similarity);
        }

        return report;
    }

    private static FaceReport Strengthened(FaceReport report, Treatment stronger, double? similarity) => report with
    {
        Method = stronger.Options.Method,
        Strength = stronger.Options.Strength ?? Strengths.Default(stronger.Options.Method),
        Fallback = stronger.Options.Method == report.Method ? report.Fallback : FallbackReason.StillRecognised,
        SimilarityAfter = similarity,
    };

    private void ApplyBesideScrambled(UprightImage canvas, Subject subject, Treatment treatment, SavedRegion before)
    {
        _transforms.Apply(canvas, subject, treatment);
        foreach (var region in treatment.Scrambling?.Regions ?? [])
            before.PutBack(new Rect(region.X, region.Y, region.Width, region.Height));
    }

    // The last leaves nothing of the face.
    private static IEnumerable<Treatment> Stronger(DeidentificationMethod? method, Subject subject, Treatment treatment)
    {
        if (subject.IsUncertain && method != FaceDeidentifier.LastResort)
        {
            yield return treatment.With(FaceDeidentifier.Fallback, Strengths.MostBlur); // never a mask: it may be no face
            yield break;
        }

        if (method is not FaceDeidentifier.Fallback and not FaceDeidentifier.LastResort)
            yield return treatment.With(FaceDeidentifier.Fallback);
        if (method != FaceDeidentifier.LastResort)
            yield return treatment.With(FaceDeidentifier.LastResort);
    }

    // The attacker knows where the face was, and may also look for it anew.
    private double Similarity(CanvasView view, Subject subject)
    {
        var again = Landmarks(view, subject.Face);
        var similarity = embedder.Embed(view.Bgr, subject.Landmarks).SimilarityTo(subject.Embedding!);
        return similarity < PersonMatch.Possibly && again.DistanceTo(subject.Landmarks.ToComplex()) < SamePlace
            ? similarity
            : Math.Max(similarity, embedder.Embed(view.Bgr, again).SimilarityTo(subject.Embedding!));
    }

    private Landmarks68 Landmarks(CanvasView view, FoundFace face)
    {
        using var gray = view.GrayAround(face, out var corner);
        var (landmarks, _) = predictor.Predict(gray, face with
        {
            Box = face.Box.Moved(-corner.X, -corner.Y),
            LandmarkBox = face.LandmarkBox.Moved(-corner.X, -corner.Y),
        });
        return new Landmarks68([.. landmarks.Points.Select(p => new PixelPoint(p.X + corner.X, p.Y + corner.Y))]);
    }
}
