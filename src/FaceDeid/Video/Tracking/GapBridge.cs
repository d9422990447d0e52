namespace FaceDeid.Video.Tracking;

/// <summary>Where a face is between two frames in which it was detected.</summary>
internal static class GapBridge
{
    /// <summary>Boxes carried from both ends that overlap more than this are in the same place.</summary>
    private const double Agreement = 0.5;

    private const int LongestDoubt = 25; // frames

    /// <summary>
    /// Carries the face's box from both ends. Where both lead to the same place, it is there; where not, it may be at either or
    /// on the line between, and each is covered for a second: what is not seen for longer is mostly hidden, gone, or another.
    /// </summary>
    /// <param name="window">Holds all frames from the one end to the other.</param>
    /// <param name="from">The last place before the gap.</param>
    /// <param name="to">The first place after it.</param>
    /// <param name="forwards">Where the box was carried from the first end, frame by frame; null: not done yet.</param>
    public static IEnumerable<FacePlace> Between(
        FrameWindow window, FacePlace from, FacePlace to, IReadOnlyList<FaceBox>? forwards = null)
    {
        var length = to.Frame - from.Frame;
        forwards ??= [.. Carried(window, from, to.Frame)];
        FaceBox[] backwards = [.. Carried(window, to, from.Frame)];
        for (var i = 1; i < length; i++)
        {
            var (frame, share) = (from.Frame + i, i / (double)length);
            var (first, second) = (forwards[i - 1], backwards[length - i - 1]);
            if (first.Overlap(second) > Agreement)
            {
                yield return new FacePlace(frame, first.Towards(second, share), PlaceKind.Bridged);
                continue;
            }

            if (length <= LongestDoubt)
                yield return new FacePlace(frame, from.Box.Towards(to.Box, share), PlaceKind.Uncertain);
            if (i <= LongestDoubt)
                yield return new FacePlace(frame, first, PlaceKind.Uncertain);
            if (length - i <= LongestDoubt)
                yield return new FacePlace(frame, second, PlaceKind.Uncertain);
        }
    }

    /// <summary>Where flow carries a place's box until just before another frame; where it is lost, the box stays.</summary>
    private static IEnumerable<FaceBox> Carried(FrameWindow window, FacePlace from, int until)
    {
        var step = Math.Sign(until - from.Frame);
        var box = from.Box;
        for (var frame = from.Frame + step; frame != until; frame += step)
        {
            box = window.Follow(frame - step, frame, box)?.Box.OfSizeLike(from.Box) ?? box;
            yield return box;
        }
    }
}
