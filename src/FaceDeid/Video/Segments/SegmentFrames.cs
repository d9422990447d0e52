namespace FaceDeid.Video.Segments;

/// <summary>
/// Which frames belong to which segment. A segment's faces are followed from some frames before it to some after it, so that what
/// is found in it depends on nothing but the recording, and tracks can be put together where two segments overlap.
/// </summary>
internal static class SegmentFrames
{
    /// <summary>Frames of a segment: a minute of most recordings.</summary>
    public const int Count = 1500;

    /// <summary>Frames before and after it that are looked at, too.</summary>
    public const int Lead = 50;

    /// <summary>The segment of a frame.</summary>
    public static int Of(int frame) => frame / Count;

    /// <summary>How many segments so many frames make.</summary>
    public static int CountOf(int frames) => (frames + Count - 1) / Count;

    public static int First(int segment) => segment * Count;

    /// <summary>The first frame that is looked at for a segment.</summary>
    public static int LeadIn(int segment) => Math.Max(0, First(segment) - Lead);

    /// <summary>The last frame that is looked at for a segment.</summary>
    public static int LeadOut(int segment) => First(segment + 1) + Lead - 1;
}
