using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Replacement;
using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Search;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Looks for the faces of a recording and follows them, frame by frame, segment by segment; what a segment gave is stored as soon
/// as it is known, and not calculated again.
/// </summary>
internal sealed class VideoAnalyser(FrameSearcher searcher, TrackSampler sampler, SegmentFrames segments, WorkerGate gate)
{
    /// <summary>Analyses the segments that are not stored yet.</summary>
    /// <param name="reader">Gives all frames of the recording.</param>
    /// <param name="size">Size of a frame.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="store">Where segments are stored.</param>
    /// <param name="report">Told how many frames are done, and how many faces were followed.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <returns>How many segments there are.</returns>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.CorruptVideo"/>: the frames are others than before.</exception>
    public async Task<int> RunAsync(
        FrameReader reader, ImageSize size, VideoOptions options, IMediaStore store, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        var (open, known) = (new List<OpenSegment>(), (SegmentRecord?)null);
        var (count, faces) = (0, 0);
        var before = new Queue<(VideoFrame, FrameSearch)>(); // a frame is worked on when the next one is there
        try
        {
            await foreach (var frame in reader.ReadAsync(cancellationToken))
            {
                var search = searcher.Search(frame.Pixels, options.Faces.Detection);
                before.Enqueue((frame, search));
                count++;
                known = await KnownAsync(frame.Number, known);
                if (known is not null && !known.Has(frame))
                    throw MediaRefusals.Corrupt();
                Begin(frame.Number);
                if (open.Count > 0)
                    await gate.RunBehindAsync(() => Add(frame, search), cancellationToken);
                while (before.Count > 1)
                    Forget(before.Dequeue());
                foreach (var ended in open.Where(segment => frame.Number == segments.LeadOut(segment.Number)).ToList())
                    await EndAsync(ended);
                report(count, faces + open.Sum(segment => segment.Faces));
            }

            foreach (var ended in open.Where(segment => segments.First(segment.Number) < count).ToList())
                await EndAsync(ended);
            return segments.CountOf(count);
        }
        finally
        {
            open.ForEach(segment => segment.Dispose());
            foreach (var last in before)
                Forget(last);
        }

        bool Add(VideoFrame frame, FrameSearch search)
        {
            open.ForEach(segment => segment.Add(frame, search));
            return true;
        }

        void Begin(int frame)
        {
            foreach (var segment in new[] { segments.Of(frame), segments.Of(frame + segments.Lead) }.Distinct())
            {
                if (frame == segments.LeadIn(segment) && !store.Exists(VideoObjects.Analysis(segment)))
                    open.Add(new OpenSegment(segment, segments, size, new TrackingOptions { Quality = options.Quality }, Look, gate));
            }
        }

        // Of a segment that was stored by an earlier run the frames must be the same now.
        async Task<SegmentRecord?> KnownAsync(int frame, SegmentRecord? last)
        {
            var segment = segments.Of(frame);
            if (frame != segments.First(segment))
                return last;
            return store.Exists(VideoObjects.Analysis(segment))
                ? await SegmentRecord.LoadAsync(store, VideoObjects.Analysis(segment), cancellationToken)
                : null;
        }

        async Task EndAsync(OpenSegment segment)
        {
            open.Remove(segment);
            using (segment)
            {
                var record = await gate.RunAsync(() => segment.Complete(reader.TimeBase), cancellationToken);
                faces += record.Found.Tracks.Count;
                await record.SaveAsync(store, VideoObjects.Analysis(segment.Number), cancellationToken);
            }
        }

        void Look(List<TrackSample> samples, int frame, Sighting seen, FrameSearch search) => sampler.Look(
            samples, frame, seen, () => search.Image, options.Faces.Keep.Count + options.Faces.Only.Count > 0,
            DonorAssignment.IsFor(options.Faces.Method));
    }

    private static void Forget((VideoFrame Frame, FrameSearch Search) worked)
    {
        worked.Search.Dispose();
        worked.Frame.Dispose();
    }
}
