namespace FaceDeid.Video.Tracking;

/// <summary>Where a face may be before it was first and after it was last detected: turned, half in sight, small.</summary>
internal static class Tail
{
    private const int Length = 12; // frames
    private const int LengthOfSure = 60; // of what surely is a face, as long as flow holds it
    private const double Holds = 0.5; // of the points that flow could follow
    private const double Growth = 1.06; // a frame, where nothing says where the face went

    /// <summary>The places from a frame on, forwards or back, until the face has left the picture or the window ends.</summary>
    /// <param name="window">Holds the frame.</param>
    /// <param name="end">The last place that is known.</param>
    /// <param name="step">1: forwards; -1: back.</param>
    /// <param name="isSure">Whether it surely is a face: then it is followed on for as long as flow holds it.</param>
    public static IEnumerable<FacePlace> From(FrameWindow window, FacePlace end, int step, bool isSure = false)
    {
        var box = end.Box;
        for (var i = 1; i <= (isSure ? LengthOfSure : Length); i++)
        {
            var frame = end.Frame + (i * step);
            if (frame < window.First || frame > window.Last)
                yield break;
            var flow = window.Follow(frame - step, frame, box);
            if (i > Length && !(flow?.Quality >= Holds))
                yield break;
            box = flow?.Box.OfSizeLike(end.Box) ?? box.Grown(Growth);
            if (!box.IsIn(window.Frame))
                yield break;
            yield return new FacePlace(frame, box, PlaceKind.Tail);
        }
    }
}
