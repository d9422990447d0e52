namespace FaceDeid.Contracts;

/// <summary>What is done to a track.</summary>
public enum TrackAction
{
    /// <summary>Its face is treated.</summary>
    Protect,

    /// <summary>Its face stays visible, or it is none.</summary>
    Leave,
}

/// <summary>What is done to an area.</summary>
public enum RegionAction
{
    /// <summary>It is always treated, whatever it shows.</summary>
    Cover,

    /// <summary>No face is looked for in it: what it shows stays visible.</summary>
    Ignore,
}

/// <summary>
/// The tracks of a recording: who is where in each frame, and what is done about it. What <c>GET</c> gives is what <c>PUT</c>
/// takes back, edited.
/// </summary>
/// <param name="Tracks">Those to look at first come first: weak ones, then those with uncertain places.</param>
/// <param name="Regions">
/// Areas that are always covered, or never searched. Sent: the covered ones as they shall be; left out: as they are.
/// </param>
/// <param name="Width">Of a frame, in pixels; may be left out when it is sent.</param>
/// <param name="Height">The same.</param>
/// <param name="Frames">How many there are; may be left out when it is sent.</param>
public sealed record VideoTracks(
    IReadOnlyList<VideoTrack> Tracks, IReadOnlyList<VideoRegion>? Regions = null, int? Width = null, int? Height = null,
    int? Frames = null);

/// <summary>One face that is followed, or of which a person says where it is.</summary>
public sealed record VideoTrack
{
    /// <summary>Its number, as in the report. Sent: left out for a new one.</summary>
    public int? Id { get; init; }

    /// <summary>What is done to it. Sent: left out for what is done already, with a new one `protect`.</summary>
    public TrackAction? Action { get; init; }

    /// <summary>How sure it is that it is a face. Not read when it is sent.</summary>
    public TrackEvidence? Evidence { get; init; }

    /// <summary>Number of the person, which tracks of one person share; left out: not recognisable. Not read.</summary>
    public int? Person { get; init; }

    /// <summary>When its first frame is shown, in seconds. Not read.</summary>
    public double? From { get; init; }

    /// <summary>When its last frame is shown, in seconds. Not read.</summary>
    public double? To { get; init; }

    /// <summary>Frames in which it was found. Not read.</summary>
    public int? Detected { get; init; }

    /// <summary>Frames in which it was followed from both sides to one place. Not read.</summary>
    public int? Bridged { get; init; }

    /// <summary>Frames with several possible places. Not read.</summary>
    public int? Uncertain { get; init; }

    /// <summary>Its first frame, from 0. Sent: only together with `places`.</summary>
    public int? First { get; init; }

    /// <summary>
    /// For each frame from the first on what is covered; several boxes where the place is uncertain, none where it is not in
    /// the frame. Sent: the places as they shall be; left out: as they are.
    /// </summary>
    public IReadOnlyList<FramePlaces>? Places { get; init; }

    /// <summary>
    /// Sent only: the tracks, or parts of them, that it is put together of. Left out: the track of its `id`, all of it.
    /// </summary>
    public IReadOnlyList<TrackPart>? Of { get; init; }

    /// <summary>
    /// Sent only: where the face is in some frames. Of a new track, in between it is carried by flow from both sides. Of one
    /// that there is, the places between two keys are moved along with them.
    /// </summary>
    public IReadOnlyList<KeyBox>? Keys { get; init; }

    /// <summary>Sent only, with a new track: whether it is followed beyond its first and last key. By default true.</summary>
    public bool? Carry { get; init; }
}

/// <summary>Where a face is in a frame.</summary>
/// <param name="Boxes">From the hairline to the chin and from ear to ear, in pixels.</param>
/// <param name="Kind">How that is known. Not read when it is sent.</param>
public sealed record FramePlaces(IReadOnlyList<Box> Boxes, PlaceKind? Kind = null);

/// <summary>A part of a track.</summary>
/// <param name="Track">Its number.</param>
/// <param name="Frames">Which frames of it; left out: all.</param>
public sealed record TrackPart(int Track, FrameRange? Frames = null);

/// <summary>Where a face is in a frame, by a person's word.</summary>
/// <param name="Frame">Which, from 0.</param>
/// <param name="Box">From the hairline to the chin and from ear to ear, in pixels.</param>
public sealed record KeyBox(int Frame, Box Box);

/// <summary>An area of a recording's frames.</summary>
/// <param name="Action">What is done to it.</param>
/// <param name="Polygon">Its outline: at least 3 points in pixels of the upright frame.</param>
/// <param name="From">From when on, in seconds from the first frame; left out: from the beginning.</param>
/// <param name="To">Until when; left out: to the end.</param>
public sealed record VideoRegion(
    RegionAction Action, IReadOnlyList<PixelPoint> Polygon, double? From = null, double? To = null)
{
    /// <summary>Whether it holds at a time, in seconds from the first frame.</summary>
    public bool HoldsAt(double seconds) => !(seconds < From) && !(seconds > To);
}
