using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Review;

/// <summary>Brings what persons changed into the plan of a recording, and keeps it for the next change.</summary>
internal sealed class TrackReview(DrawnTracks drawn)
{
    /// <summary>The plan as it is after a revision, and the areas in it.</summary>
    /// <param name="found">The plan as it was found.</param>
    /// <param name="revision">What was changed last; null: nothing yet.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    public async Task<(VideoPlan Plan, IReadOnlyList<VideoRegion> Regions)> RunAsync(
        VideoPlan found, VideoRevision? revision, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (plan, regions) = (found, recording.Options.Regions);
        if (revision is not null)
        {
            var reviewed = await ReviewedAsync(found, revision, recording, cancellationToken);
            (plan, regions) = (found with { Tracks = reviewed.In(found) }, reviewed.Regions);
        }

        var clock = FrameClock.Of(plan.Times);
        return (plan with { Regions = [.. Covered(regions, clock, recording.Info.Size)] }, regions);
    }

    private async Task<ReviewedTracks> ReviewedAsync(
        VideoPlan found, VideoRevision revision, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (store, name) = (recording.Store, VideoObjects.Reviewed(revision.Name));
        if (store.Exists(name))
            return await ReviewedTracks.LoadAsync(store, name, cancellationToken);
        var before = revision.Before is { } earlier
            ? await ReviewedTracks.LoadAsync(store, VideoObjects.Reviewed(earlier), cancellationToken)
            : new ReviewedTracks([.. found.Tracks.Select(TrackEditor.Unchanged)], recording.Options.Regions);
        var after = before;
        if (revision.Edits is { } edits)
        {
            var (tracks, toFollow) = TrackEditor.Apply(before.In(found), edits);
            List<ReviewedTrack> all = [.. tracks];
            foreach (var track in toFollow)
                all.Add(await drawn.FollowAsync(track, found, recording, cancellationToken));
            after = new ReviewedTracks([.. all.OrderBy(track => track.First)], RegionsAfter(before.Regions, edits.Regions));
        }

        await after.SaveAsync(store, name, cancellationToken);
        return after;
    }

    /// <summary>What was not searched stays so, whatever is sent later.</summary>
    private static IReadOnlyList<VideoRegion> RegionsAfter(
        IReadOnlyList<VideoRegion> before, IReadOnlyList<VideoRegion>? sent) => sent is null
        ? before
        : [.. before.Where(region => region.Action == RegionAction.Ignore),
            .. sent.Where(region => region.Action == RegionAction.Cover)];

    /// <summary>Areas that cover something: one beside the picture, or at no frame's time, protects nobody.</summary>
    private static IEnumerable<PlannedRegion> Covered(IEnumerable<VideoRegion> regions, FrameClock clock, ImageSize size)
    {
        foreach (var region in regions.Where(region => region.Action == RegionAction.Cover && Meets(region, size)))
        {
            var frames = Enumerable.Range(0, clock.Ticks.Count).Where(frame => region.HoldsAt(clock.At(frame))).ToList();
            if (frames.Count > 0)
                yield return new PlannedRegion(region.Polygon, frames[0], frames[^1]);
        }
    }

    private static bool Meets(VideoRegion region, ImageSize size) =>
        region.Polygon.Min(corner => corner.X) < size.Width && region.Polygon.Max(corner => corner.X) >= 0
        && region.Polygon.Min(corner => corner.Y) < size.Height && region.Polygon.Max(corner => corner.Y) >= 0;
}
