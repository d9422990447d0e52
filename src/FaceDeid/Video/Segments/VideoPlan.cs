using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;

namespace FaceDeid.Video.Segments;

/// <summary>All that is to be done to a recording.</summary>
/// <param name="Times">Its frames.</param>
/// <param name="Cuts">First frames of new shots.</param>
/// <param name="Tracks">Who is where, and what is done to each.</param>
/// <param name="Choice">Changes when other faces are chosen for people.</param>
internal sealed record VideoPlan(
    FrameTimes Times, IReadOnlyList<int> Cuts, IReadOnlyList<PlannedTrack> Tracks, string Choice)
{
    /// <summary>Areas that are covered.</summary>
    public IReadOnlyList<PlannedRegion> Regions { get; init; } = [];
}
