using FaceDeid.Donors;
using FaceDeid.Faces.Networks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Gives each face of a picture that is to be replaced a donor, never the same one twice while another fits. Donors are tried on
/// in the view until one looks natural and is far enough from the subject; else the furthest of some that do is taken.
/// Thread-safe.
/// </summary>
internal sealed class DonorAssignment(
    DonorLibrary library, DonorChoice choice, FaceEmbedder embedder, LandmarkNetwork landmarks, WorkerGate gate)
{
    private const int Tries = 4; // to find one that is far enough
    private const int MostTries = 8; // where all of them are still recognised
    private const int LeastTries = 2; // of a face that is large enough to look unnatural
    private const int MostTriesOfPicture = 400; // a crowd gets fewer
    private const double FarEnough = 0.18; // cosine similarity; strangers of one kind are as near

    /// <summary>The donors of faces, by the numbers of the faces; null: none looks natural.</summary>
    /// <param name="bgr">The picture before any face is changed, <c>CV_8UC3</c>.</param>
    /// <param name="subjects">Who is replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    public IReadOnlyDictionary<int, Donor?> Run(
        Mat bgr, IReadOnlyList<Subject> subjects, DeidentificationOptions options, double share)
    {
        var tries = Math.Clamp(MostTriesOfPicture / Math.Max(1, subjects.Count), 1, MostTries);
        var wanted = gate.Map(subjects, subject => WantedBy(bgr, subject));
        // In the order of the faces: what is drawn by a key is the same each time.
        var candidates = wanted.Select(w => w is null ? [] : choice.Candidates(w, options.PseudonymKey)).ToList();
        var faces = Enumerable.Range(0, subjects.Count).Where(i => candidates[i].Count > 0).ToList();
        var first = gate.Map(faces, i => BestFor(subjects[i], candidates[i]));
        var donors = new Dictionary<int, Donor?>();
        var used = new HashSet<int>();
        foreach (var (i, donor) in faces.Zip(first))
        {
            var free = donor is not null && used.Contains(donor.Seed)
                ? candidates[i].Where(other => !used.Contains(other.Seed)).ToList()
                : [];
            // More faces of a kind than donors share them.
            var chosen = free.Count > 0 ? BestFor(subjects[i], free) ?? donor : donor;
            donors.Add(subjects[i].Face.Id, chosen);
            if (chosen is not null)
                used.Add(chosen.Seed);
        }

        return donors;

        Donor? BestFor(Subject subject, IReadOnlyList<Donor> fitting) =>
            Best(bgr, subject, fitting, tries, share, options.Verify ? subject.Embedding : null);
    }

    /// <summary>A donor for one face that nobody assigned one to.</summary>
    public Donor Draw(FaceView view, Subject subject, string? key) => choice.Candidates(WantedBy(view, subject), key)[0];

    public static Wanted WantedBy(FaceView view, Subject subject) =>
        new(FaceMeasures.Of(view.Lab, view.Points, view.Skin, view.Light), subject.Who!.Value, subject.Embedding);

    private static Wanted? WantedBy(Mat bgr, Subject subject)
    {
        using var view = FaceView.Of(bgr, subject.Landmarks.ToComplex());
        return view is null ? null : WantedBy(view, subject);
    }

    // The first donor that looks natural and is far enough from the subject (where nobody asks who it is: any), or the furthest
    // of some that look natural; null: none does.
    private Donor? Best(
        Mat bgr, Subject subject, IReadOnlyList<Donor> candidates, int tries, double share, FaceEmbedding? who)
    {
        using var view = FaceView.Of(bgr, subject.Landmarks.ToComplex(), FaceView.Coarse)!;
        var isJudged = view.FaceWidth >= Naturalness.LeastWidth;
        if (!isJudged && (tries == 1 || who is null))
            return candidates[0];
        var (best, least) = ((Donor?)null, double.MaxValue);
        foreach (var (i, donor) in candidates.Take(Math.Max(tries, isJudged ? LeastTries : 1)).Index())
        {
            WorkerGate.Checkpoint();
            if (least < (i < Tries ? FarEnough : PersonMatch.StillRecognised))
                break;
            using var face = new WornFace(view, library.Shapes, donor, share);
            using var worn = face.InView();
            var similarity = who is null ? -1 : embedder.Embed(worn, view.Landmarks).SimilarityTo(who);
            if (similarity < least
                && (!isJudged || Naturalness.Of(view, face.Points, worn, subject.Box, landmarks).IsNatural))
                (best, least) = (donor, similarity);
        }

        return best;
    }
}
