using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Gives each face of a picture that is to be replaced a donor, never the same one twice while another fits; or an average,
/// which many may share. They are tried on in the view until one is far enough from the subject; else the furthest of some is
/// taken. Thread-safe.
/// </summary>
internal sealed class DonorAssignment(DonorLibrary library, DonorChoice choice, FaceEmbedder embedder, WorkerGate gate)
{
    /// <summary>How many donors are tried on at most in a picture: each face of a crowd gets fewer.</summary>
    public const int MostTriesOfPicture = 400;

    private const int Tries = 4; // to find one that is far enough
    private const int MostTries = 8; // where all of them are still recognised
    private const double FarEnough = 0.18; // cosine similarity; strangers of one kind are as near

    /// <summary>The donors of faces, by the numbers of the faces.</summary>
    /// <param name="bgr">The picture before any face is changed, <c>CV_8UC3</c>.</param>
    /// <param name="subjects">Who is replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    /// <param name="left">How many donors may be tried on in all.</param>
    public IReadOnlyDictionary<int, Donor> Run(
        Mat bgr, IReadOnlyList<Subject> subjects, DeidentificationOptions options, double share, int left = MostTriesOfPicture)
    {
        var tries = options.Verify ? Math.Clamp(left / Math.Max(1, subjects.Count), 1, MostTries) : 1;
        // In the order of the faces: what is drawn by a key is the same each time.
        var candidates = subjects.Select(subject => Candidates(bgr, subject, options)).ToList();
        var faces = Enumerable.Range(0, subjects.Count).Where(i => candidates[i].Count > 0).ToList();
        var first = gate.Map(faces, i => Best(bgr, subjects[i], candidates[i], tries, share));
        left -= first.Sum(best => best.Tried);
        var donors = new Dictionary<int, Donor>();
        var used = new HashSet<int>();
        foreach (var (i, (donor, _)) in faces.Zip(first))
        {
            var isTaken = options.Method != DeidentificationMethod.Average && used.Contains(donor.Seed);
            var free = isTaken ? candidates[i].Where(other => !used.Contains(other.Seed)).ToList() : [];
            // More faces of a kind than donors share them.
            var (chosen, tried) = free.Count > 0
                ? Best(bgr, subjects[i], free, Math.Clamp(left, 1, tries), share)
                : (donor, 0);
            left -= tried;
            donors.Add(subjects[i].Face.Id, chosen);
            used.Add(chosen.Seed);
        }

        return donors;
    }

    /// <summary>Whether the faces that a method treats get donors.</summary>
    public static bool IsFor(DeidentificationMethod method) =>
        method is DeidentificationMethod.Replace or DeidentificationMethod.Average;

    /// <summary>A donor for one face that nobody assigned one to.</summary>
    public Donor Draw(FaceView view, Subject subject, string? key) => choice.Candidates(WantedBy(view, subject), key)[0];

    public static Wanted WantedBy(FaceView view, Subject subject) =>
        new(FaceMeasures.Of(view.Lab, view.Points, view.Skin, view.Light), subject.Who!.Value, subject.Embedding);

    private static FaceView? View(Mat bgr, Subject subject) => FaceView.Of(bgr, subject.Landmarks.ToComplex());

    private IReadOnlyList<Donor> Candidates(Mat bgr, Subject subject, DeidentificationOptions options)
    {
        WorkerGate.Checkpoint();
        using var view = View(bgr, subject);
        if (view is null)
            return [];
        var wanted = WantedBy(view, subject);
        return options.Method == DeidentificationMethod.Average
            ? choice.Averages(wanted)
            : choice.Candidates(wanted, options.PseudonymKey);
    }

    // The first that is far enough from the subject, or the furthest of some; and how many were tried on.
    private (Donor Donor, int Tried) Best(Mat bgr, Subject subject, IReadOnlyList<Donor> candidates, int tries, double share)
    {
        if (tries == 1 || subject.Embedding is null)
            return (candidates[0], 0);
        using var view = View(bgr, subject)!;
        var landmarks = new Landmarks68([.. view.Points.Take(Landmarks68.Count)
            .Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);
        var (best, least, tried) = (candidates[0], double.MaxValue, 0);
        foreach (var (i, donor) in candidates.Take(tries).Index())
        {
            WorkerGate.Checkpoint();
            if (least < (i < Tries ? FarEnough : PersonMatch.StillRecognised))
                break;
            using var face = new WornFace(view, library.Shapes, donor, share);
            using var worn = face.InView();
            var similarity = embedder.Embed(worn, landmarks).SimilarityTo(subject.Embedding);
            tried++;
            if (similarity < least)
                (best, least) = (donor, similarity);
        }

        return (best, tried);
    }
}
