using FaceDeid.Faces.Detection;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>Faces found and things that are none, summed over pictures.</summary>
/// <param name="Found">
/// Outlined faces that were found: at an overlap of 0.3 (intersection over union), or around the nose.
/// </param>
/// <param name="Faces">Outlined faces.</param>
/// <param name="Wrong">Boxes on no outlined face, in pictures whose faces are all outlined.</param>
/// <param name="Doubtful">Those of them that are said to be uncertain.</param>
/// <param name="Judged">How many pictures these are.</param>
internal readonly record struct Score(int Found, int Faces, int Wrong, int Doubtful, int Judged)
{
    private const double Overlap = 0.3;

    public static Score Of(AnnotatedPicture picture, IReadOnlyList<FoundFace> faces, int turn, int width, int height)
    {
        var (missed, wrong) = Differences(picture, faces, turn, width, height);
        var counts = picture.Complete || picture.Faces == 0;
        return new Score(
            picture.Faces - missed.Count, picture.Faces, counts ? wrong.Count : 0,
            counts ? wrong.Count(face => face.Certainty == Certainty.Low) : 0, picture.Complete ? 1 : 0);
    }

    public Score Plus(Score other) => new(
        Found + other.Found, Faces + other.Faces, Wrong + other.Wrong, Doubtful + other.Doubtful, Judged + other.Judged);

    /// <summary>Each found box counts for one face only, the one it fits best.</summary>
    public static (List<Box> Missed, List<FoundFace> Wrong) Differences(
        AnnotatedPicture picture, IReadOnlyList<FoundFace> faces, int turn, int width, int height)
    {
        var left = faces.ToList();
        List<Box> missed = [];
        foreach (var box in picture.Boxes.Select(box => box.Turned(turn, width, height)))
            Take(box, face => IoU(face, box) > Overlap ? IoU(face, box) : 0);
        foreach (var (x, y) in picture.Noses)
        {
            Take(new Box((int)x, (int)y, 1, 1), face =>
                x >= face.X && y >= face.Y && x < face.X + face.Width && y < face.Y + face.Height ? 1 : 0);
        }

        return (missed, picture.Complete ? left : []);

        void Take(Box place, Func<Box, double> fit)
        {
            if (left.MaxBy(face => fit(face.Box)) is { } best && fit(best.Box) > 0)
                left.Remove(best);
            else
                missed.Add(place);
        }
    }

    private static double IoU(Box a, Box b)
    {
        var both = Math.Max(0.0, Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X))
            * Math.Max(0, Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y));
        return both / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - both);
    }
}
