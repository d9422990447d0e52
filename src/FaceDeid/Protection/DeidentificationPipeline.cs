using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Notebook;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>
/// The use cases, each a straight line: wait for a worker slot, inspect the header, decode upright, find faces, place landmarks,
/// transform, encode. Whatever fails leaves as an exception; a picture leaves only when every step before it held.
/// </summary>
public sealed class DeidentificationPipeline
{
    private readonly ImageDecoder _decoder;
    private readonly FaceFinder _finder;
    private readonly LandmarkPredictor _predictor;
    private readonly FaceDeidentifier _deidentifier;
    private readonly ReferenceExaminer _references;
    private readonly Verification _verification;
    private readonly WorkerGate _gate;
    private readonly PixelBudget _budget;

    internal DeidentificationPipeline(
        ImageDecoder decoder, FaceFinder finder, LandmarkPredictor predictor, FaceDeidentifier deidentifier,
        ReferenceExaminer references, Verification verification, WorkerGate gate, PixelBudget budget)
    {
        _deidentifier = deidentifier;
        _references = references;
        _verification = verification;
        _decoder = decoder;
        _finder = finder;
        _predictor = predictor;
        _gate = gate;
        _budget = budget;
    }

    /// <summary>The detectors that can be asked for.</summary>
    public IReadOnlyList<DetectorKind> Detectors => _finder.Kinds;

    /// <summary>Finds faces; none is an empty list.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">The picture is refused.</exception>
    public Task<DetectResponse> DetectAsync(byte[] image, DetectionOptions options, CancellationToken cancellationToken) =>
        RunAsync([image], run =>
        {
            using var picture = run.Decode(image, options);
            using var views = PipelineRun.Look(picture, options);
            return new DetectResponse(views.Size, run.Detect(views, options), picture.Notes);
        }, cancellationToken);

    /// <summary>Finds faces and places the 68 landmarks of each; none is an empty list.</summary>
    /// <inheritdoc cref="DetectAsync"/>
    public Task<LandmarksResult> LandmarksAsync(byte[] image, DetectionOptions options, CancellationToken cancellationToken) =>
        RunAsync([image], run =>
        {
            using var picture = run.Decode(image, options);
            using var views = PipelineRun.Look(picture, options);
            return new LandmarksResult(views.Size, run.Landmarks(views, options), picture.Notes);
        }, cancellationToken);

    /// <summary>Draws the landmark regions of every face (in the notebook's way: of the first) over a copy of the picture.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="overlay">How the regions are drawn.</param>
    /// <param name="output">How the result is written.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">The picture is refused, or has no face: an untouched copy is never returned.</exception>
    public Task<OverlayResult> OverlayAsync(
        byte[] image, DetectionOptions options, OverlayOptions overlay, ImageOutput output, CancellationToken cancellationToken) =>
        RunAsync([image], run =>
        {
            using var picture = run.Decode(image, options);
            var faces = LandmarksOf(picture);
            if (faces.Count == 0)
                throw PipelineRun.NoFace("image");
            var shown = options.NotebookCompatible ? faces.Take(1).ToList() : faces;
            using var canvas = PipelineRun.Visible(picture, options);
            run.Step("overlay", () => LandmarkOverlay.Draw(canvas, shown.Select(f => f.Landmarks), overlay));
            return new OverlayResult(
                run.Encode(canvas, options.NotebookCompatible ? null : picture.Alpha, output), shown.Count, picture.Notes);

            IReadOnlyList<FaceLandmarks> LandmarksOf(UprightImage picture)
            {
                using var views = PipelineRun.Look(picture, options); // gone before anything is drawn
                return run.Landmarks(views, options);
            }
        }, cancellationToken);

    /// <summary>Merges two pictures to one gray square.</summary>
    /// <param name="first">A whole picture file.</param>
    /// <param name="second">Another.</param>
    /// <param name="options">Formula, size and alignment.</param>
    /// <param name="output">How the result is written.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">A picture is refused, or has no face to align by.</exception>
    public Task<MergeResult> MergePixelsAsync(
        byte[] first, byte[] second, MergeOptions options, ImageOutput output, CancellationToken cancellationToken) =>
        RunAsync([first, second], run =>
        {
            // One picture after the other: both at once would take twice the memory.
            var (square, target, notes) = First();
            using (square)
            {
                using var picture = run.Decode(second, options.Detection);
                using var other = target is { } onto ? Aligned(picture, onto.Landmarks, onto.Frame) : Squeezed(picture);
                using var merged = run.Step("merge", () => PairwiseMerge.Pixels(square, other, options.Normalization));
                return new MergeResult(run.Encode(merged, alpha: null, output), Together(notes, picture.Notes));
            }

            (Mat Square, (Landmarks68 Landmarks, ImageSize Frame)? Target, IReadOnlyList<PictureNote>? Notes) First()
            {
                using var picture = run.Decode(first, options.Detection);
                (Landmarks68, ImageSize)? face = options.Alignment == MergeAlignment.None ? null : run.MainFace(picture, options.Detection, "first");
                return (Squeezed(picture), face, picture.Notes);
            }

            Mat Squeezed(UprightImage picture)
            {
                using var gray = PipelineRun.VisibleGray(picture, options.Detection);
                return gray.Squeeze(options.Size);
            }

            Mat Aligned(UprightImage picture, Landmarks68 target, ImageSize frame)
            {
                var (face, _) = run.MainFace(picture, options.Detection, "second");
                using var gray = PipelineRun.VisibleGray(picture, options.Detection);
                return run.Step("align", () => LandmarkAlignment.Onto(frame, target, gray, face, options.Size));
            }
        }, cancellationToken);

    /// <summary>Merges the landmark coordinates of two faces, each in the square that its picture is squeezed to.</summary>
    /// <inheritdoc cref="MergePixelsAsync"/>
    public Task<MergedLandmarks> MergeLandmarksAsync(
        byte[] first, byte[] second, MergeOptions options, CancellationToken cancellationToken) =>
        RunAsync([first, second], run =>
        {
            var (firstFace, firstSize, firstNotes) = Face(first, "first");
            var (secondFace, secondSize, secondNotes) = Face(second, "second");
            var target = LandmarkAlignment.InSquare(firstFace, firstSize, options.Size);
            var other = options.Alignment == MergeAlignment.None
                ? LandmarkAlignment.InSquare(secondFace, secondSize, options.Size)
                : LandmarkAlignment.Onto(firstSize, firstFace, secondFace, options.Size);
            var points = run.Step("merge", () => PairwiseMerge.Coordinates(target, other, options.Normalization));
            return new MergedLandmarks(points, Together(firstNotes, secondNotes));

            (Landmarks68 Landmarks, ImageSize Frame, IReadOnlyList<PictureNote>? Notes) Face(byte[] file, string part)
            {
                using var picture = run.Decode(file, options.Detection);
                var (landmarks, frame) = run.MainFace(picture, options.Detection, part);
                return (landmarks, frame, picture.Notes);
            }
        }, cancellationToken);

    private static IReadOnlyList<PictureNote>? Together(IReadOnlyList<PictureNote>? first, IReadOnlyList<PictureNote>? second) =>
        first is null ? second : [.. first.Union(second ?? [])];

    /// <summary>De-identifies every face of a picture in place; nothing else is touched.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">How faces are found and what is done to them.</param>
    /// <param name="output">How the result is written; null: in the format it came in (PNG where that cannot be written).</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">A picture or an option is refused, or nobody would be protected.</exception>
    public Task<DeidentificationResult> DeidentifyAsync(
        byte[] image, DeidentificationOptions options, ImageOutput? output, CancellationToken cancellationToken)
    {
        var format = output ?? ImageOutput.Like(image);
        return TreatAsync(
            image, options, keepsOriginal: false,
            (run, treated) => new DeidentificationResult(run.Encode(treated.Answer.Bgr, treated.Answer.Alpha, format), format.Format, treated.Report),
            cancellationToken);
    }

    /// <summary>De-identifies every face of a picture and hands the pixels on, after and perhaps before, to what is done with them.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">How faces are found and what is done to them.</param>
    /// <param name="keepsOriginal">Whether the pixels before are needed: they take as much memory again.</param>
    /// <param name="finish">What is done with the pixels.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    internal async Task<T> TreatAsync<T>(
        byte[] image, DeidentificationOptions options, bool keepsOriginal, Func<PipelineRun, TreatedPicture, T> finish,
        CancellationToken cancellationToken)
    {
        OptionRules.Check(options, _decoder.Limits);
        return await RunAsync([image, .. options.Keep, .. options.Only], run =>
        {
            var visible = run.Visibility(options); // before the picture costs anything
            using var picture = run.Decode(image, options.Detection);
            OptionRules.CheckAgainst(picture, options);
            WorkBudget.CheckGiven(picture.Bgr.ImageSize(), options);
            var subjects = Subjects(run, picture, options);
            if (options.OnNoFace == NoFacePolicy.Error)
            {
                if (subjects.Count == 0)
                    throw options.Faces is null || options.Redetect ? PipelineRun.NoFace("image") : PipelineRun.NoFaceGiven();
                visible.CheckProtects(subjects);
            }

            TreatmentMemory.Check(image.Length, picture, subjects.Where(subject => !visible.Leaves(subject)), options, keepsOriginal);
            using var plan = options.Method == DeidentificationMethod.Scramble
                ? ScramblePlan.Of(subjects.Where(subject => !visible.Leaves(subject)), picture.Bgr.Size(), options.Region)
                : null;
            var treatment = new Treatment(options) { Scrambling = plan };
            using var answer = Treated(picture, out var reports);
            var report = new DeidentificationReport(
                picture.Bgr.ImageSize(), options.Method, options.Verify, reports, visible.Report(subjects), picture.Notes);
            return finish(run, new TreatedPicture(picture, answer, report, plan));

            UprightImage Treated(UprightImage picture, out IReadOnlyList<FaceReport> reports)
            {
                // Scrambled blocks come back to the last bit: they are those of the picture itself.
                using var canvas = plan is null ? picture.ToCanvas(keepsOriginal) : picture.ToOwn(keepsOriginal);
                var transformed = Transform(run, canvas, subjects, visible, treatment);
                reports = options.Verify
                    ? run.Step("verify", () => _verification.Run(canvas, subjects, transformed, treatment, run.Budget))
                    : transformed;
                return plan is null ? picture.FromCanvas(canvas, keepsOriginal) : canvas.Share();
            }
        }, cancellationToken);
    }

    private IReadOnlyList<Subject> Subjects(PipelineRun run, UprightImage picture, DeidentificationOptions options)
    {
        using var views = new PictureViews(picture);
        var apart = options.Keep.Count + options.Only.Count > 0; // who stays visible must be who is seen, by every viewer
        var found = options.Faces is null || options.Redetect ? run.Detect(views, options.Detection, apart) : [];
        run.Budget.TakeFaces(found, picture.Bgr.ImageSize(), options);
        var subjects = run.Step("examine", () => _deidentifier.Examine(views, found, options));
        return apart ? Different(subjects) : subjects;
    }

    /// <summary>The faces without those that are the same person in the same place, in another appearance of the picture.</summary>
    private static List<Subject> Different(IReadOnlyList<Subject> subjects)
    {
        List<Subject> different = [];
        foreach (var subject in subjects)
        {
            if (!different.Exists(other => OneBoxPerFace.IsSamePlace(other.Face, subject.Face)
                && other.Embedding!.SimilarityTo(subject.Embedding!) >= PersonMatch.Surely))
            {
                different.Add(subject);
            }
        }

        return different;
    }

    private FaceReport[] Transform(
        PipelineRun run, UprightImage canvas, IReadOnlyList<Subject> subjects, Visibility visible, Treatment treatment)
    {
        // Scrambled faces last: what another method puts over a block of theirs comes back with the block, and must not be put over it later.
        var reports = new FaceReport[subjects.Count];
        foreach (var (i, subject) in subjects.Index().OrderBy(face => treatment.Scrambling?.IndexOf(face.Item) >= 0))
        {
            reports[i] = visible.Leaves(subject)
                ? FaceDeidentifier.Report(subject)
                : run.Step("transform", () => _deidentifier.Treat(canvas, subject, treatment));
        }

        return reports;
    }

    /// <summary>Waits for a worker slot, inspects the headers, and works.</summary>
    internal Task<T> RunAsync<T>(IReadOnlyList<byte[]> images, Func<PipelineRun, T> work, CancellationToken cancellationToken)
    {
        var run = new PipelineRun(_decoder, _finder, _predictor, _references, cancellationToken);
        return _gate.RunAsync(
            () =>
            {
                // In the slot too: a header can hold text that takes seconds to unpack.
                var headers = images.Select(image => run.Step("inspect", () => _decoder.Inspect(image))).ToList();
                using var room = run.Step("reserve", () => _budget.Take(headers, cancellationToken));
                return work(run);
            },
            cancellationToken);
    }
}
