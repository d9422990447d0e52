using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>
/// De-identifies pictures, in a straight line: wait for a worker slot, read the header, decode upright, find faces, place
/// landmarks, choose donors, transform, verify, encode. Whatever fails leaves as an exception; a picture leaves only when every
/// step before it held.
/// </summary>
public sealed class DeidentificationPipeline
{
    private readonly FaceReader _reader;
    private readonly FaceDeidentifier _deidentifier;
    private readonly ReferencePhotos _references;
    private readonly DonorAssignment _donors;
    private readonly Verification _verification;

    internal DeidentificationPipeline(
        FaceReader reader, FaceDeidentifier deidentifier, ReferencePhotos references, DonorAssignment donors,
        Verification verification)
    {
        _donors = donors;
        _reader = reader;
        _deidentifier = deidentifier;
        _references = references;
        _verification = verification;
    }

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
            (reading, treated) => new DeidentificationResult(
                reading.Encode(treated.Answer.Bgr, treated.Answer.Alpha, format), format.Format, treated.Report),
            cancellationToken);
    }

    /// <summary>
    /// De-identifies every face of a picture and hands the pixels on, after and perhaps before, to what is done with them.
    /// </summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">How faces are found and what is done to them.</param>
    /// <param name="keepsOriginal">Whether the pixels before are needed: they take as much memory again.</param>
    /// <param name="finish">What is done with the pixels.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    internal async Task<T> TreatAsync<T>(
        byte[] image, DeidentificationOptions options, bool keepsOriginal, Func<Reading, TreatedPicture, T> finish,
        CancellationToken cancellationToken)
    {
        OptionRules.Check(options, _reader.Decoder.Limits);
        return await _reader.RunAsync([image, .. options.Keep, .. options.Only], reading =>
        {
            var budget = new WorkBudget();
            // The photos first, before the picture costs anything.
            var visible = new Visibility(_references.Read(reading, options, budget), options.Uncertain);
            using var picture = reading.Decode(image, options.Detection);
            OptionRules.CheckAgainst(picture, options);
            WorkBudget.CheckGiven(picture.Bgr.ImageSize(), options);
            var subjects = Subjects(reading, picture, options, budget);
            if (options.OnNoFace == NoFacePolicy.Error)
            {
                if (subjects.All(visible.LeavesUncertain))
                    throw options.Faces is null || options.Redetect ? Reading.NoFace("image") : NoFaceGiven();
                visible.CheckProtects(subjects);
            }

            visible.CheckUncertain(subjects);

            TreatmentMemory.Check(
                image.Length, picture, subjects.Where(subject => !visible.Leaves(subject)), options, keepsOriginal);
            using var plan = options.Method == DeidentificationMethod.Scramble
                ? ScramblePlan.Create(subjects.Where(subject => !visible.Leaves(subject)), picture.Bgr.Size(), options.Region)
                : null;
            var treatment = new Treatment(options) { Scrambling = plan };
            using var answer = Treated(picture, out var reports);
            var report = new DeidentificationReport(
                picture.Bgr.ImageSize(), options.Method, options.Verify, reports, visible.Report(subjects), picture.Notes);
            return finish(reading, new TreatedPicture(picture, answer, report, plan));

            UprightImage Treated(UprightImage picture, out IReadOnlyList<FaceReport> reports)
            {
                // Scrambled blocks come back to the last bit: they are those of the picture itself.
                using var canvas = plan is null ? picture.ToCanvas(keepsOriginal) : picture.ToOwn(keepsOriginal);
                var transformed = Transform(
                    reading, canvas, subjects, visible, WithDisguises(reading, canvas, subjects, visible, treatment, budget));
                reports = options.Verify
                    ? reading.Step("verify", () => _verification.Run(canvas, subjects, transformed, treatment, budget))
                    : transformed;
                return plan is null ? picture.FromCanvas(canvas, keepsOriginal) : canvas.Share();
            }
        }, cancellationToken);
    }

    private IReadOnlyList<Subject> Subjects(
        Reading reading, UprightImage picture, DeidentificationOptions options, WorkBudget budget)
    {
        using var views = new PictureViews(picture);
        var apart = options.Keep.Count + options.Only.Count > 0; // who stays visible must be who is seen, by every viewer
        var found = options.Faces is null || options.Redetect ? reading.Detect(views, options.Detection, apart) : [];
        budget.TakeFaces(found, picture.Bgr.ImageSize(), options);
        var subjects = reading.Step("examine", () => _deidentifier.Examine(views, found, options));
        return apart ? Different(subjects) : subjects;
    }

    /// <summary>
    /// The faces without those that are the same person in the same place, in another appearance of the picture.
    /// </summary>
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

    private Treatment WithDisguises(
        Reading reading, UprightImage canvas, IReadOnlyList<Subject> subjects, Visibility visible, Treatment treatment,
        WorkBudget budget) =>
        !DonorAssignment.IsFor(treatment.Options.Method) ? treatment : treatment with
        {
            Disguises = reading.Step("choose", () => _donors.Run(
                canvas.Bgr,
                [.. subjects.Where(subject =>
                    !visible.Leaves(subject) && FaceDeidentifier.Obstacle(subject, treatment) is null)],
                treatment.Options, Strengths.OfDonor(treatment.Options),
                budget.TakeTrials(DonorAssignment.MostTriesOfPicture))),
        };

    private FaceReport[] Transform(
        Reading reading, UprightImage canvas, IReadOnlyList<Subject> subjects, Visibility visible, Treatment treatment)
    {
        var reports = subjects.Select(FaceDeidentifier.Report).ToArray();
        // Scrambled faces last: what another method puts over a block of theirs comes back with the block, and must not be put
        // over it later.
        var treated = subjects.Index().Where(face => !visible.Leaves(face.Item))
            .OrderBy(face => treatment.Scrambling?.IndexOf(face.Item) >= 0).ToList();
        if (treated.Count > 0)
        {
            var made = reading.Step(
                "transform", () => _deidentifier.Treat(canvas, treated.ConvertAll(face => face.Item), treatment));
            foreach (var (report, (i, _)) in made.Zip(treated))
                reports[i] = report;
        }

        return reports;
    }

    private static FaceDeidException NoFaceGiven() => new(
        FaceDeidError.NoFace,
        "'faces' is empty, so there is nothing to protect. Add a face, set 'redetect' to true, or allow it with onNoFace=pass.");
}
