using System.IO.Hashing;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>The steps between the faces that were found and the picture that may be shown. Thread-safe.</summary>
internal sealed class FaceDeidentifier(
    IEnumerable<IFaceTransform> transforms, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, AgeSexNetwork kinds,
    ExpressionNetwork expressions, WorkerGate gate)
{
    /// <summary>What a face gets that cannot have the method that was asked for.</summary>
    public const DeidentificationMethod Fallback = DeidentificationMethod.Blur;

    /// <summary>What leaves nothing of a face.</summary>
    public const DeidentificationMethod LastResort = DeidentificationMethod.Mask;

    private const int MostTogether = 8; // faces that are treated at once: bounds memory
    private const int MostPixelsTogether = 1 << 20; // of each: a larger one is treated alone

    private readonly FaceTransforms _transforms = new(transforms);

    /// <summary>
    /// Puts the given and the found faces together, one subject each, with landmarks and, where it will be needed, who it is.
    /// </summary>
    public IReadOnlyList<Subject> Examine(PictureViews picture, IReadOnlyList<FoundFace> found, DeidentificationOptions options)
    {
        var given = options.Faces ?? [];
        var common = found.Select(face => face.ToCommon());
        var added = common.Where(face => !given.Any(g => GivenFaces.Covers(g, face.Box))).ToList();
        var nextId = given.Max(g => g.Id) ?? 0;
        (FoundFace Face, bool IsGiven, IReadOnlyList<PixelPoint>? Polygon)[] faces =
        [
            .. given.Select(g => (Face(g.Id ?? ++nextId, g), true, g.Polygon)),
            .. added.Select(face =>
                (given.Count == 0 ? face : face with { Id = ++nextId }, false, (IReadOnlyList<PixelPoint>?)null)),
        ];
        return picture.Examine(faces, face => face.Face, (image, together) =>
            gate.Map(together, face => Examine(image, face.Face, face.IsGiven, face.Polygon, options)));

        static FoundFace Face(int id, EditedFace face) =>
            new(id, GivenFaces.Outer(face), Score: 1, DetectorKind.Auto, SubDetector: null)
            {
                LandmarkBox = face.IsHogSquare ? face.Box!.Value : GivenFaces.Outer(face).ForLandmarks(),
                IsCommon = true,
            };
    }

    /// <summary>Tries a method on a face.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.ModelUnavailable"/>: it leaves the face as it is.</exception>
    public void Test(DeidentificationMethod method, UprightImage picture, FoundFace face)
    {
        var treatment = new Treatment(new DeidentificationOptions { Method = method });
        using var views = new PictureViews(picture);
        using var canvas = picture.ToCanvas(keepsOriginal: true);
        var report = Treat(canvas, Examine(views, [face], treatment.Options)[0], treatment);
        if (report.Fallback is not null || Cv2.Norm(picture.Bgr, canvas.Bgr, NormTypes.INF) == 0)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable, $"The self-test failed: '{method}' does not work. Run 'make models'.");
        }
    }

    /// <summary>Treats faces in their order, and says how; where it takes long, those that do not touch side by side.</summary>
    public IReadOnlyList<FaceReport> Treat(UprightImage canvas, IReadOnlyList<Subject> subjects, Treatment treatment)
    {
        var reports = new List<FaceReport>();
        var size = canvas.Bgr.Size();
        while (reports.Count < subjects.Count)
        {
            var taken = new List<Rect?>();
            var together = subjects.Skip(reports.Count).Take(MostTogether).TakeWhile(IsApart).ToList();
            reports.AddRange(gate.Map(together, subject => Treat(canvas, subject, treatment)));

            // The first always goes, if need be alone.
            bool IsApart(Subject subject)
            {
                var own = ReachOf(subject, treatment, size);
                var isApart = taken.TrueForAll(other => own is { } a && other is { } b && !a.IntersectsWith(b));
                taken.Add(own);
                return isApart;
            }
        }

        return reports;
    }

    /// <summary>
    /// All that is looked at and changed where a face gets a donor's; null: its treatment is quick, or takes much memory.
    /// </summary>
    private static Rect? ReachOf(Subject subject, Treatment treatment, Size picture)
    {
        if (!NeedsKind(treatment.Options) || Obstacle(subject, treatment) is not null)
            return null;
        var reach = FaceView.BoundsOf(subject.Landmarks.ToComplex(), picture)
            .Union(ProtectedRegion.BoundsOf(subject, picture, treatment.Options.Region))
            .Union(new Rect(subject.Box.X, subject.Box.Y, subject.Box.Width, subject.Box.Height));
        return (long)reach.Width * reach.Height <= MostPixelsTogether ? reach : null;
    }

    /// <summary>Treats one face and says how.</summary>
    public FaceReport Treat(UprightImage canvas, Subject subject, Treatment treatment)
    {
        if (treatment is { Options.Method: DeidentificationMethod.Scramble, Scrambling: null })
        {
            using var plan = ScramblePlan.Create([subject], canvas.Bgr.Size(), treatment.Options.Region);
            return Treat(canvas, subject, treatment with { Scrambling = plan });
        }

        var fallback = Obstacle(subject, treatment);
        var applied = fallback is null ? treatment : treatment.With(Fallback);
        // All of a scrambled face lies in scrambled blocks, its own or others', and a mask over them could not be taken off.
        // What may be no face gets no mask: a blur that changes nothing of it found nothing to hide.
        if (!Changes(canvas, subject, applied) && applied.Options.Method != DeidentificationMethod.Scramble
            && !subject.IsUncertain)
            (applied, fallback) = Masked(canvas, subject, treatment);
        return Report(subject) with
        {
            Treated = true,
            Method = applied.Options.Method,
            Strength = applied.Options.Strength ?? Strengths.Default(applied.Options.Method),
            Weak = Strengths.IsWeak(applied.Options),
            Fallback = fallback,
        };
    }

    /// <summary>Why a face cannot have the method that was asked for; null: it can.</summary>
    public static FallbackReason? Obstacle(Subject subject, Treatment treatment) => treatment.Options.Method switch
    {
        DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge
            or DeidentificationMethod.Eyebar
            or DeidentificationMethod.Threshold
            when subject.Face.Seen != Appearance.Colours => FallbackReason.Transparency,
        DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge
            or DeidentificationMethod.Eyebar
            or DeidentificationMethod.Threshold
            when subject.IsUncertain => FallbackReason.Uncertain,
        DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge
        or DeidentificationMethod.Eyebar
            when !subject.HasReliableLandmarks => FallbackReason.UnreliableLandmarks,
        DeidentificationMethod.Replace when treatment.LooksUnnatural(subject) => FallbackReason.Unnatural,
        DeidentificationMethod.Scramble when treatment.Scrambling!.IndexOf(subject) < 0 => FallbackReason.TooSmall,
        _ => null,
    };

    // Whether the method changed the face at all. An untouched face must never pass for a treated one.
    private bool Changes(UprightImage canvas, Subject subject, Treatment treatment)
    {
        var box = subject.Box;
        var shown = new Rect(box.X, box.Y, box.Width, box.Height).Intersect(new Rect(0, 0, canvas.Bgr.Width, canvas.Bgr.Height));
        if (shown.Width <= 0 || shown.Height <= 0)
            throw new InvalidOperationException("A face lies outside of the picture.");
        using var colours = canvas.Bgr.SubMat(shown);
        using var opacity = canvas.Alpha?.SubMat(shown);
        var (coloursBefore, opacityBefore) = (HashOf(colours), HashOf(opacity));
        _transforms.Apply(canvas, subject, treatment);
        return coloursBefore != HashOf(colours) || opacityBefore != HashOf(opacity);
    }

    // A face can fill the largest picture: no copy of it is made to compare with.
    private static UInt128 HashOf(Mat? samples)
    {
        var hash = new XxHash128();
        var rows = samples?.Rows ?? 0;
        for (var y = 0; y < rows; y++)
            hash.Append(samples!.Row<byte>(y));
        return hash.GetCurrentHashAsUInt128();
    }

    private (Treatment Applied, FallbackReason? Fallback) Masked(UprightImage canvas, Subject subject, Treatment treatment)
    {
        var mask = treatment.With(LastResort);
        _transforms.Apply(canvas, subject, mask);
        return (mask, treatment.Options.Method == LastResort ? null : FallbackReason.StillRecognised);
    }

    /// <summary>Whether it is needed who a face is.</summary>
    public static bool NeedsEmbedding(Box face, DeidentificationOptions options) => Verification.Tells(face, options)
        || options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Merge
        || options.Keep.Count + options.Only.Count > 0;

    private static bool NeedsKind(DeidentificationOptions options) => options.Method
        is DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge;

    public static FaceReport Report(Subject subject) => new(
        subject.Face.Id,
        subject.Box,
        subject.IsGiven ? null : subject.Face.Detector,
        subject.IsGiven ? null : subject.Face.Score,
        subject.IsGiven ? null : subject.Face.Certainty,
        Treated: false, Method: null, Strength: null, Weak: false, Fallback: null, SimilarityBefore: null, SimilarityAfter: null);

    private Subject Examine(
        SearchImage image, FoundFace face, bool isGiven, IReadOnlyList<PixelPoint>? polygon, DeidentificationOptions options)
    {
        var (landmarks, areReliable) = predictor.Predict(image.Gray, face);
        return new Subject(
            face, isGiven, polygon, landmarks,
            HasReliableLandmarks: polygon is null && areReliable)
        {
            Embedding = NeedsEmbedding(face.Box, options) ? embedder.Embed(image.Bgr, landmarks) : null,
            Who = NeedsKind(options) ? kinds.Look(image.Bgr, landmarks) : null,
            Expression = NeedsKind(options) ? expressions.Look(image.Bgr, landmarks) : null,
        };
    }
}
