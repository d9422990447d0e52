using FaceDeid.Video.Tracking;
using Xunit;

namespace FaceDeid.Tests.Video;

public sealed class TrackLinkerTests
{
    private static readonly FaceBox Here = new(100, 100, 40, 50);
    private static readonly FaceBox There = new(300, 100, 40, 50);

    [Fact]
    public void What_is_in_the_same_places_on_both_sides_of_a_border_is_one_face()
    {
        var joined = TrackLinker.Join(
        [
            Segment(Track(0, 149, Here), Track(20, 149, There)),
            Segment(Track(50, 300, Here.Moved(1, 1)), Track(50, 200, There)),
        ]);

        Assert.Equal([(0, 300), (20, 200)], joined.Select(track => (track.First, track.Last)));
        Assert.All(joined, track => Assert.Equal(
            Enumerable.Range(track.First, track.Last - track.First + 1), track.Places.Select(place => place.Frame)));
    }

    [Fact]
    public void Faces_in_different_places_stay_two() =>
        Assert.Equal(2, TrackLinker.Join([Segment(Track(0, 149, Here)), Segment(Track(50, 300, There))]).Count);

    [Fact]
    public void Places_in_which_the_segments_differ_are_all_covered()
    {
        var next = Track(50, 300, Here);
        next = next with
        {
            Places = [.. next.Places.Select(place => place.Frame == 80
                ? new FacePlace(80, There, PlaceKind.Uncertain)
                : place)],
        };

        var track = Assert.Single(TrackLinker.Join([Segment(Track(0, 149, Here)), Segment(next)]));

        Assert.Equal([Here, There], track.Places.Where(place => place.Frame == 80).Select(place => place.Box));
    }

    [Theory]
    [InlineData(30, null, 1)]
    [InlineData(130, null, 2)]
    [InlineData(30, 110, 2)]
    public void A_gap_at_a_border_is_covered_by_a_line_unless_it_is_long_or_there_is_a_cut(int frames, int? cut, int tracks)
    {
        var (from, to) = (Here, Here.Moved(30, 0));
        var second = Segment(Track(100 + frames, 400, to)) with { Cuts = cut is { } at ? [at] : [] };

        var joined = TrackLinker.Join([Segment(Track(0, 100, from)), second]);

        Assert.Equal(tracks, joined.Count);
        if (tracks == 2)
            return;
        var line = joined[0].Places.Where(place => place.Kind == PlaceKind.Uncertain).ToList();
        Assert.Equal(Enumerable.Range(101, frames - 1), line.Select(place => place.Frame));
        Assert.Equal(from.Towards(to, 0.5), line[(frames / 2) - 1].Box);
    }

    [Fact]
    public void Three_segments_make_one_track_and_the_best_second_look_counts()
    {
        var track = Assert.Single(TrackLinker.Join(
        [
            Segment(Track(0, 149, Here) with { Probability = 0.4 }), Segment(Track(50, 300, Here) with { Probability = 0.9 }),
            Segment(Track(201, 500, Here) with { Probability = 0.5 }),
        ]));

        Assert.Equal((0, 500, TrackEvidence.Strong), (track.First, track.Last, track.Evidence));
    }

    private static SegmentTracks Segment(params Track[] tracks) => new(tracks, []);

    private static Track Track(int first, int last, FaceBox box) => new(
        [
            .. Enumerable.Range(first, last - first + 1).Select(frame => new FacePlace(frame, box, PlaceKind.Detected, 0.9f)),
        ],
        0.9);
}
