using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Segments;

/// <summary>All that is to be done to a recording.</summary>
/// <param name="Times">Its frames.</param>
/// <param name="Cuts">First frames of new shots.</param>
/// <param name="Found">Its tracks as they were found.</param>
/// <param name="Tracks">The same, with what is done to each.</param>
internal sealed record VideoPlan(
    FrameTimes Times, IReadOnlyList<int> Cuts, IReadOnlyList<Track> Found, IReadOnlyList<PlannedTrack> Tracks);
