using FaceDeid.Protection.Subjects;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using OpenCvSharp;

namespace FaceDeid.Video.Review;

/// <summary>
/// A recording of what is treated: white where a face's region or a covered area is, else black, frame by frame. Needs no frame
/// of the recording itself. Segments in which nothing else is covered than before are not made again.
/// </summary>
internal sealed class MaskVideo(SegmentFrames segments, WorkerGate gate)
{
    private const int RateFactor = 12; // edges stay sharp

    /// <summary>Makes it, where it is not as it should be.</summary>
    public async Task RunAsync(VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var store = recording.Store;
        var isNew = !store.Exists(VideoObjects.Mask);
        for (var segment = 0; segment < segments.CountOf(plan.Times.Frames.Count); segment++)
            isNew |= await DrawAsync(segment, plan, recording, cancellationToken);
        if (!isNew)
            return;
        await using var target = store.Create(VideoObjects.Mask);
        await recording.JoinMaskAsync(plan.Times, segments, EncodingOf(recording, plan), target, cancellationToken);
        await target.CompleteAsync(cancellationToken);
    }

    private async Task<bool> DrawAsync(
        int segment, VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (store, print) = (recording.Store, VideoObjects.MaskPrint(segment));
        var (first, end) = (segments.First(segment), Math.Min(plan.Times.Frames.Count, segments.First(segment + 1)));
        var fingerprint = SegmentFingerprint.OfPlaces(plan, (first, end), recording.Options);
        var known = store.Exists(print) ? await StoredJson.LoadAsync<string>(store, print, cancellationToken) : null;
        if (string.Equals(known, fingerprint, StringComparison.Ordinal))
            return false;
        store.Delete(print);
        store.Delete(VideoObjects.Mask);
        PlannedTrack[] tracks = [.. plan.Tracks.Where(track => track.IsTreated && track.First < end && track.Last >= first)];
        var (width, height) = recording.Info.Size;
        using var pixels = new Mat(height / 2 * 3, width, MatType.CV_8UC1);
        await using var target = store.Create(VideoObjects.MaskSegment(segment));
        await using var writer = new FrameWriter(EncodingOf(recording, plan), target, cancellationToken);
        for (var frame = first; frame < end; frame++)
        {
            var number = frame;
            await gate.RunBehindAsync(
                () =>
                {
                    Draw(pixels, number, tracks, plan.Regions, recording.Options.Faces.Region);
                    return true;
                },
                cancellationToken);
            await writer.WriteAsync(pixels, plan.Times.Frames[frame].Time, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
        await target.CompleteAsync(cancellationToken);
        await StoredJson.SaveAsync(store, print, fingerprint, cancellationToken);
        return true;
    }

    private static void Draw(
        Mat pixels, int frame, IReadOnlyList<PlannedTrack> tracks, IReadOnlyList<PlannedRegion> areas, RegionShape shape)
    {
        const byte colourless = 128;
        var (width, height) = (pixels.Width, pixels.Height / 3 * 2);
        using var luma = pixels.SubMat(new Rect(0, 0, width, height));
        using var chroma = pixels.SubMat(new Rect(0, height, width, height / 2));
        luma.SetTo(Scalar.Black);
        chroma.SetTo(new Scalar(colourless));
        var subjects = tracks.SelectMany(track => track.At(frame)?.Covered ?? []).Select(FrameRenderer.Unknown)
            .Concat(areas.Where(area => area.First <= frame && frame <= area.Last).Select(FrameRenderer.Area));
        foreach (var subject in subjects)
        {
            using var region = ProtectedRegion.Create(subject, new Size(width, height), shape);
            if (region.IsEmpty)
                continue;
            using var place = luma.SubMat(region.Bounds);
            Cv2.BitwiseOr(place, region.Mask, place);
        }
    }

    private static VideoEncoding EncodingOf(OpenRecording recording, VideoPlan plan) =>
        VideoEncoding.Of(recording.Info, plan.Times) with
        {
            Info = recording.Info with { Colour = VideoColour.Bt709 with { Range = "pc" } },
            Codec = VideoCodec.H264,
            Crf = RateFactor,
        };
}
