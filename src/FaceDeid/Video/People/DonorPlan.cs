using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Video.People;

/// <summary>
/// Chooses whose face each person gets, once for the whole recording: the best cut-outs of all people are put side by side, and
/// treated as one picture's faces.
/// </summary>
internal sealed class DonorPlan(DonorAssignment donors)
{
    private const int MostTogether = 48; // people

    /// <summary>What each person gets, by its number; null: nothing looks natural on it.</summary>
    /// <param name="people">The best sample of each.</param>
    /// <param name="options">What was asked for.</param>
    public IReadOnlyDictionary<int, Disguise?> Choose(
        IReadOnlyDictionary<int, TrackSample> people, DeidentificationOptions options)
    {
        var chosen = new Dictionary<int, Disguise?>();
        foreach (var together in people.OrderBy(person => person.Key).Chunk(MostTogether))
        {
            using var sheet = Sheet([.. together.Select(person => person.Value.Cutout!)]);
            var left = 0;
            List<Subject> subjects = [];
            foreach (var (person, sample) in together)
            {
                subjects.Add(ToSubject(person, sample, left));
                left += sample.Cutout!.Width;
            }

            foreach (var (person, disguise) in donors.Run(sheet, subjects, options, Strengths.OfDonor(options)))
                chosen.Add(person, disguise);
        }

        return chosen;
    }

    private static Mat Sheet(IReadOnlyList<FaceCutout> cutouts)
    {
        var sheet = new Mat(
            cutouts.Max(cutout => cutout.Height), cutouts.Sum(cutout => cutout.Width), MatType.CV_8UC3, Scalar.Black);
        var left = 0;
        foreach (var cutout in cutouts)
        {
            using var pixels = cutout.ToMat();
            using var place = sheet.SubMat(new Rect(left, 0, cutout.Width, cutout.Height));
            pixels.CopyTo(place);
            left += cutout.Width;
        }

        return sheet;
    }

    private static Subject ToSubject(int person, TrackSample sample, int left)
    {
        var cutout = sample.Cutout!;
        var box = cutout.Face with { X = cutout.Face.X + left };
        var face = new FoundFace(person, box, Score: 1, DetectorKind.Auto, SubDetector: null) { IsCommon = true };
        var landmarks = new Landmarks68([.. cutout.Points.Select(p => new PixelPoint(p.X + left, p.Y))]);
        return new Subject(face, IsGiven: false, Polygon: null, landmarks, HasReliableLandmarks: true)
        {
            Embedding = sample.Look,
            Who = sample.Who,
            Expression = sample.Expression,
        };
    }
}
