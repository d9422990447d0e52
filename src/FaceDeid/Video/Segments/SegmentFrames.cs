namespace FaceDeid.Video.Segments;

/// <summary>
/// Which frames belong to which segment. A segment's faces are followed from some frames before it to some after it, so that what
/// is found in it depends on nothing but the recording, and tracks can be put together where two segments overlap.
/// </summary>
/// <param name="Count">Frames of a segment: by default a minute of most recordings.</param>
/// <param name="Lead">Frames before and after it that are looked at, too.</param>
internal sealed record SegmentFrames(int Count = 1500, int Lead = 50)
{
    /// <summary>How many segments so many frames make.</summary>
    public int CountOf(int frames) => (frames + Count - 1) / Count;

    /// <summary>The segment of a frame.</summary>
    public int Of(int frame) => frame / Count;

    public int First(int segment) => segment * Count;

    /// <summary>The first frame that is looked at for a segment.</summary>
    public int LeadIn(int segment) => Math.Max(0, First(segment) - Lead);

    /// <summary>The last frame that is looked at for a segment.</summary>
    public int LeadOut(int segment) => First(segment + 1) + Lead - 1;
}
