using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Says which machine works on which segment of a recording. What is claimed by a machine that is gone can be claimed again after
/// a while. Two that work on one segment do no harm: they write the same bytes.
/// </summary>
public interface ISegmentClaims
{
    /// <summary>Claims a segment for this machine; false: another has it.</summary>
    /// <param name="phase">What is done to it.</param>
    /// <param name="segment">Which, from 0.</param>
    bool TryClaim(VideoPhase phase, int segment);
}
