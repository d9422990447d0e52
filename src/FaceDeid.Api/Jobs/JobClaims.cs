using FaceDeid.Video.Segments;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Api.Jobs;

/// <summary>What this machine claims of a job that several share.</summary>
/// <param name="node">This machine.</param>
/// <param name="job">The job.</param>
internal sealed class JobClaims(JobNode node, string job) : ISegmentClaims
{
    public bool TryClaim(VideoPhase phase, int segment) => node.TryClaim(job, WireNames.Of(phase), segment);
}
