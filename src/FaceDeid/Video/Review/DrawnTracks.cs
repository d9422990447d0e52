using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Review;

/// <summary>
/// Follows faces of which a person said where they are in some frames: from one of these to the next from both sides, and
/// beyond the first and last for as long as flow holds them. Nothing is carried across a cut.
/// </summary>
internal sealed class DrawnTracks(WorkerGate gate)
{
    private const int Beyond = 60; // frames

    /// <summary>Follows a face.</summary>
    public async Task<ReviewedTrack> FollowAsync(
        DrawnTrack drawn, VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (first, last) = (drawn.Keys[0].Frame, drawn.Keys[^1].Frame);
        var (from, to) = (first, last);
        if (drawn.Carry)
        {
            from = Math.Max(plan.Cuts.Where(cut => cut <= first).DefaultIfEmpty(0).Max(), first - Beyond);
            to = Math.Min(plan.Cuts.Where(cut => cut > last).DefaultIfEmpty(plan.Times.Frames.Count).Min() - 1, last + Beyond);
        }

        using var run = new Run(drawn, recording.Info.Size, [.. plan.Cuts]);
        await foreach (var frame in recording.Reader.ReadAsync(plan.Times, from, to - from + 1, cancellationToken))
        {
            using (frame)
            {
                await gate.RunBehindAsync(
                    () =>
                    {
                        run.Add(frame.Number, frame);
                        return true;
                    },
                    cancellationToken);
            }
        }

        var track = Envelope.Around(new Track(run.Complete(), Probability: 1));
        var places = track.Places.ToLookup(place => place.Frame);
        return new ReviewedTrack(
            drawn.Id, [], track.First,
            [.. Enumerable.Range(track.First, track.Last - track.First + 1).Select(frame => PlaceOf(places[frame]))],
            TrackEvidence.Given, IsTreated: drawn.Action == TrackAction.Protect, IsEdited: true);
    }

    private static PlannedPlace PlaceOf(IEnumerable<FacePlace> places)
    {
        FacePlace[] all = [.. places];
        return new PlannedPlace(
            all.Length == 1 ? all[0].Kind : PlaceKind.Uncertain, all.Length == 1 ? all[0].Box : null,
            [.. all.Select(place => place.Box)]);
    }

    /// <summary>One face, while the frames come.</summary>
    private sealed class Run(DrawnTrack drawn, ImageSize size, HashSet<int> cuts) : IDisposable
    {
        private readonly FrameWindow _window = new(size);
        private readonly List<FacePlace> _places = [];
        private int _reached = -1; // which key came last

        public void Add(int number, Media.VideoFrame frame)
        {
            if (cuts.Contains(number))
            {
                CarryOn();
                _window.Clear();
            }

            using var luma = frame.Luma();
            using var copy = luma.Clone();
            _window.Add(number, copy);
            if (_reached + 1 == drawn.Keys.Count || drawn.Keys[_reached + 1].Frame != number)
                return;
            _reached++;
            var key = PlaceAt(_reached);
            if (_reached == 0)
                _places.AddRange(drawn.Carry ? Tail.From(_window, key, step: -1, isSure: true).Reverse() : []);
            else
                _places.AddRange(Between(PlaceAt(_reached - 1), key));
            _places.Add(key);
        }

        /// <summary>All frames came.</summary>
        public List<FacePlace> Complete()
        {
            CarryOn();
            return _places;
        }

        public void Dispose() => _window.Dispose();

        private FacePlace PlaceAt(int key) =>
            new(drawn.Keys[key].Frame, FaceBox.Of(drawn.Keys[key].Box), PlaceKind.Given, Score: 1);

        /// <summary>Goes on behind the last key, once.</summary>
        private void CarryOn()
        {
            if (drawn.Carry && _reached == drawn.Keys.Count - 1 && _places[^1].Frame == drawn.Keys[^1].Frame)
                _places.AddRange(Tail.From(_window, _places[^1], step: 1, isSure: true));
        }

        /// <summary>Between two keys; where they are too far apart to be joined by flow, on the straight line.</summary>
        private IEnumerable<FacePlace> Between(FacePlace from, FacePlace to) =>
            from.Frame >= _window.First && to.Frame - from.Frame <= FrameWindow.LongestGap
                ? GapBridge.Between(_window, from, to)
                : Enumerable.Range(from.Frame + 1, to.Frame - from.Frame - 1).Select(frame => new FacePlace(
                    frame, from.Box.Towards(to.Box, (frame - from.Frame) / (double)(to.Frame - from.Frame)),
                    PlaceKind.Uncertain));
    }
}
