using FaceDeid.Donors;
using FaceDeid.Faces.Networks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Gives each face of a picture that is to be replaced a donor, never the same one twice while another fits; or an average,
/// which is soft and which many may share. They are tried on until one looks natural and is far enough from the subject; else the
/// furthest of some that look natural is taken. Thread-safe.
/// </summary>
internal sealed class DonorAssignment(
    DonorLibrary library, DonorChoice choice, FaceEmbedder embedder, LandmarkNetwork landmarks, WorkerGate gate)
{
    /// <summary>How many donors are tried on at most in a picture: each face of a crowd gets fewer.</summary>
    public const int MostTriesOfPicture = 400;

    private const int Tries = 4; // to find one that is far enough
    private const int MostTries = 8; // where all of them are still recognised
    private const double FarEnough = 0.18; // cosine similarity; strangers of one kind are as near
    private const double GlassesTell = 0.25; // cosine similarity from which on glasses do not stay

    /// <summary>What faces get, by the numbers of the faces; null: none looks natural.</summary>
    /// <param name="bgr">The picture before any face is changed, <c>CV_8UC3</c>.</param>
    /// <param name="subjects">Who is replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    /// <param name="left">How many donors may be tried on in all.</param>
    public IReadOnlyDictionary<int, Disguise?> Run(
        Mat bgr, IReadOnlyList<Subject> subjects, DeidentificationOptions options, double share, int left = MostTriesOfPicture)
    {
        var isAverage = options.Method == DeidentificationMethod.Average;
        var tries = Math.Clamp(left / Math.Max(1, subjects.Count), 0, MostTries);
        var wanted = gate.Map(subjects, subject => WantedBy(bgr, subject));
        // In the order of the faces: what is drawn by a key is the same each time.
        var candidates = wanted.Select(w => w is null ? [] : Candidates(w, options, subjects.Count)).ToList();
        var faces = Enumerable.Range(0, subjects.Count).Where(i => candidates[i].Count > 0).ToList();
        var first = gate.Map(faces, i => BestFor(subjects[i], candidates[i], tries));
        left -= first.Sum(best => best.Tried);
        var donors = new Dictionary<int, Disguise?>();
        var used = new HashSet<int>();
        foreach (var (i, (disguise, _)) in faces.Zip(first))
        {
            var isTaken = disguise is not null && !isAverage && used.Contains(disguise.Donor.Seed);
            var free = isTaken ? candidates[i].Where(other => !used.Contains(other.Seed)).ToList() : [];
            // More faces of a kind than donors share them.
            var (other, tried) = free.Count > 0 ? BestFor(subjects[i], free, Math.Clamp(left, 0, tries)) : (disguise, 0);
            left -= tried;
            var chosen = other ?? disguise;
            donors.Add(subjects[i].Face.Id, chosen);
            if (chosen is not null)
                used.Add(chosen.Donor.Seed);
        }

        return donors;

        (Disguise? Disguise, int Tried) BestFor(Subject subject, IReadOnlyList<Donor> fitting, int most) =>
            Best(bgr, subject, fitting, most, share, options.Verify ? subject.Embedding : null, !isAverage);
    }

    /// <summary>Whether the faces that a method treats get donors.</summary>
    public static bool IsFor(DeidentificationMethod method) =>
        method is DeidentificationMethod.Replace or DeidentificationMethod.Average;

    /// <summary>A donor for one face that nobody assigned one to.</summary>
    public Donor Draw(FaceView view, Subject subject, string? key) => choice.Candidates(WantedBy(view, subject), key)[0];

    public static Wanted WantedBy(FaceView view, Subject subject) =>
        new(
            FaceMeasures.Of(view.Lab, view.Points, view.Skin, view.Light), subject.Who!.Value, subject.Expression!.Value,
            subject.Embedding);

    private static Wanted? WantedBy(Mat bgr, Subject subject)
    {
        WorkerGate.Checkpoint();
        using var view = FaceView.Of(bgr, subject.Landmarks.ToComplex());
        return view is null ? null : WantedBy(view, subject);
    }

    private IReadOnlyList<Donor> Candidates(Wanted wanted, DeidentificationOptions options, int faces) =>
        options.Method == DeidentificationMethod.Average
            ? choice.Averages(wanted)
            : choice.Candidates(wanted, options.PseudonymKey, faces);

    // And how many were tried on. Glasses stay in front, unless the subject is recognised by them: then the trials that are left
    // are without.
    private (Disguise? Disguise, int Tried) Best(
        Mat bgr, Subject subject, IReadOnlyList<Donor> candidates, int tries, double share, FaceEmbedding? who,
        bool isJudged)
    {
        using var view = FaceView.Of(bgr, subject.Landmarks.ToComplex(), FaceView.Coarse)!;
        isJudged &= view.FaceWidth >= Naturalness.LeastWidth;
        if (tries == 0 || (!isJudged && (tries == 1 || who is null)))
            return (new Disguise(candidates[0], KeepsGlasses: who is null), 0);
        var trial = new Trial(view, subject, who, share, isJudged);
        var most = view.Glasses is null ? tries : Math.Min(tries, Tries);
        var (best, similarity, tried) = Best(trial, candidates.Take(most), keepsGlasses: true);
        if (view.Glasses is null || (best is not null && similarity < GlassesTell + PersonMatch.Alike(subject.Who)))
            return (best, tried);
        var (other, _, more) = Best(trial, candidates.Take(tries - tried), keepsGlasses: false);
        return (other ?? best, tried + more);
    }

    // The first donor that looks natural and is far enough from the subject (where nobody asks who it is: any), or the furthest
    // of some that look natural; null: none does.
    private (Disguise? Disguise, double Similarity, int Tried) Best(
        Trial trial, IEnumerable<Donor> candidates, bool keepsGlasses)
    {
        var (view, who, alike) = (trial.View, trial.Who, PersonMatch.Alike(trial.Subject.Who));
        var (best, least, tried) = ((Donor?)null, double.MaxValue, 0);
        foreach (var donor in candidates)
        {
            WorkerGate.Checkpoint();
            if (least < alike + (tried < Tries ? FarEnough : PersonMatch.StillRecognised))
                break;
            tried++;
            using var face = new WornFace(view, library.Shapes, donor, trial.Share, keepsGlasses);
            using var worn = face.InView();
            var similarity = who is null ? -1 : embedder.Embed(worn, view.Landmarks).SimilarityTo(who);
            if (similarity < least
                && (!trial.IsJudged || Naturalness.Of(view, face.Points, worn, trial.Subject.Box, landmarks).IsNatural))
                (best, least) = (donor, similarity);
        }

        return (best is null ? null : new Disguise(best, keepsGlasses), least, tried);
    }

    /// <summary>Trying on.</summary>
    /// <param name="View">The subject's face, coarse.</param>
    /// <param name="Subject">The subject.</param>
    /// <param name="Who">Who it is; null: nobody asks.</param>
    /// <param name="Share">The donor's share of the inner face's shape, 0 to 1.</param>
    /// <param name="IsJudged">Whether the result must look natural.</param>
    private sealed record Trial(FaceView View, Subject Subject, FaceEmbedding? Who, double Share, bool IsJudged);
}
