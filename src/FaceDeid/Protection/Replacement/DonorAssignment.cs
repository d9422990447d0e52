using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Gives each face of a picture that is to be replaced a donor, never the same one twice while another fits. Donors are tried on
/// in the view until one is far enough from the subject; else the furthest of some is taken. Thread-safe.
/// </summary>
internal sealed class DonorAssignment(DonorLibrary library, DonorChoice choice, FaceEmbedder embedder, WorkerGate gate)
{
    private const int Tries = 4; // to find one that is far enough
    private const int MostTries = 8; // where all of them are still recognised
    private const int MostTriesOfPicture = 400; // a crowd gets fewer
    private const double FarEnough = 0.18; // cosine similarity; strangers of one kind are as near

    /// <summary>The donors of faces, by the numbers of the faces.</summary>
    /// <param name="bgr">The picture before any face is changed, <c>CV_8UC3</c>.</param>
    /// <param name="subjects">Who is replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    public IReadOnlyDictionary<int, Donor> Run(
        Mat bgr, IReadOnlyList<Subject> subjects, DeidentificationOptions options, double share)
    {
        var tries = options.Verify ? Math.Clamp(MostTriesOfPicture / Math.Max(1, subjects.Count), 1, MostTries) : 1;
        // In the order of the faces: what is drawn by a key is the same each time.
        var candidates = subjects.Select(subject => Candidates(bgr, subject, options.PseudonymKey)).ToList();
        var faces = Enumerable.Range(0, subjects.Count).Where(i => candidates[i].Count > 0).ToList();
        var first = gate.Map(faces, i => Best(bgr, subjects[i], candidates[i], tries, share));
        var donors = new Dictionary<int, Donor>();
        var used = new HashSet<int>();
        foreach (var (i, donor) in faces.Zip(first))
        {
            var free = used.Contains(donor.Seed) ? candidates[i].Where(other => !used.Contains(other.Seed)).ToList() : [];
            // More faces of a kind than donors share them.
            var chosen = free.Count > 0 ? Best(bgr, subjects[i], free, tries, share) : donor;
            donors.Add(subjects[i].Face.Id, chosen);
            used.Add(chosen.Seed);
        }

        return donors;
    }

    /// <summary>A donor for one face that nobody assigned one to.</summary>
    public Donor Draw(FaceView view, Subject subject, string? key) => choice.Candidates(WantedBy(view, subject), key)[0];

    public static Wanted WantedBy(FaceView view, Subject subject) =>
        new(
            FaceMeasures.Of(view.Lab, view.Points, view.Skin, view.Light), subject.Who!.Value, subject.Expression!.Value,
            subject.Embedding);

    private static FaceView? View(Mat bgr, Subject subject) => FaceView.Of(bgr, subject.Landmarks.ToComplex());

    private IReadOnlyList<Donor> Candidates(Mat bgr, Subject subject, string? key)
    {
        WorkerGate.Checkpoint();
        using var view = View(bgr, subject);
        return view is null ? [] : choice.Candidates(WantedBy(view, subject), key);
    }

    // The first that is far enough from the subject, or the furthest of some.
    private Donor Best(Mat bgr, Subject subject, IReadOnlyList<Donor> candidates, int tries, double share)
    {
        if (tries == 1 || subject.Embedding is null)
            return candidates[0];
        using var view = View(bgr, subject)!;
        var landmarks = new Landmarks68([.. view.Points.Take(Landmarks68.Count)
            .Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);
        var (best, least) = (candidates[0], double.MaxValue);
        foreach (var (i, donor) in candidates.Take(tries).Index())
        {
            WorkerGate.Checkpoint();
            if (least < (i < Tries ? FarEnough : PersonMatch.StillRecognised))
                break;
            using var face = new WornFace(view, library.Shapes, donor, share);
            using var worn = face.InView();
            var similarity = embedder.Embed(worn, landmarks).SimilarityTo(subject.Embedding);
            if (similarity < least)
                (best, least) = (donor, similarity);
        }

        return best;
    }
}
