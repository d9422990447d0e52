using FaceDeid.Faces.Detection;

namespace FaceDeid.Faces;

/// <summary>The face that a picture is of, where one counts: one rule for all but the notebook, which takes its first.</summary>
internal static class MainFace
{
    /// <summary>
    /// A face with less than this share of the main face's area is nobody who could be meant: somebody in the background, or a
    /// false find. docs/deidentify.md says how it was measured.
    /// </summary>
    private const double Background = 0.25;

    /// <summary>The largest face, but a large box of which the detector is not sure is often none.</summary>
    public static FoundFace Choose(IReadOnlyList<FoundFace> faces) => First(faces, face => face)[0];

    /// <summary>The same items in the order of their faces, the main one first.</summary>
    public static IReadOnlyList<T> First<T>(IEnumerable<T> items, Func<T, FoundFace> face) =>
    [
        .. items
            .OrderByDescending(item => Area(face(item)) * Math.Clamp(face(item).Score, 0, 1))
            .ThenByDescending(item => Area(face(item))),
    ];

    /// <summary>
    /// Every face that may be meant by who sends a picture of one person; of a clear picture one. Scores say nothing here: a sure
    /// detector is sure of apes, too.
    /// </summary>
    public static IReadOnlyList<FoundFace> Candidates(IReadOnlyList<FoundFace> faces)
    {
        var least = Background * Area(Choose(faces));
        return [.. faces.Where(face => Area(face) >= least)];
    }

    private static double Area(FoundFace face)
    {
        var box = face.ToCommon().Box;
        return (double)box.Width * box.Height;
    }
}
