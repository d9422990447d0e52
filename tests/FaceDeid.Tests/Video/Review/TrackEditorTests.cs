using FaceDeid.Video.Rendering;
using FaceDeid.Video.Review;
using FaceDeid.Video.Tracking;
using Xunit;

namespace FaceDeid.Tests.Video.Review;

public sealed class TrackEditorTests
{
    private static readonly PlannedTrack First = Moving(1, first: 0, length: 50, left: 0);
    private static readonly PlannedTrack Second = Moving(2, first: 60, length: 20, left: 100) with { IsTreated = false };

    [Fact]
    public void What_is_sent_back_as_it_is_stays_as_it_is()
    {
        var (tracks, drawn) = Apply(
            new VideoTrack
            {
                Id = 1,
                First = 0,
                Places = [.. First.Places.Select(place => new FramePlaces([.. place.Covered.Select(box => box.Whole())]))],
            },
            new VideoTrack { Id = 2, Action = TrackAction.Leave });

        Assert.Empty(drawn);
        Assert.Equal([TrackEditor.Unchanged(First), TrackEditor.Unchanged(Second)], tracks);
    }

    [Fact]
    public void A_box_that_was_changed_is_what_was_sent_and_the_others_are_as_before()
    {
        FramePlaces[] places = [.. First.Places.Select(place => new FramePlaces([.. place.Covered.Select(box => box.Whole())]))];
        places[7] = new FramePlaces([new Box(70, 80, 40, 50)]);

        var track = Apply(new VideoTrack { Id = 1, First = 0, Places = places }, new VideoTrack { Id = 2 }).Tracks[0];

        Assert.True(track.IsEdited);
        Assert.Equal(PlaceKind.Given, track.Places[7].Kind);
        Assert.Equal(new FaceBox(70, 80, 40, 50), Assert.Single(track.Places[7].Covered));
        Assert.Equal(First.Places.Where((_, i) => i != 7), track.Places.Where((_, i) => i != 7));
    }

    [Fact]
    public void Between_two_keys_the_places_are_moved_along_with_both()
    {
        var key = new KeyBox(10, new Box(10 + 8, 10, 30, 40)); // 8 to the right of where it was
        var same = new KeyBox(18, new Box(18, 10, 30, 40)); // where it was

        var track = Apply(new VideoTrack { Id = 1, Keys = [same, key] }, new VideoTrack { Id = 2 }).Tracks[0];

        Assert.Equal(
            [18.0, 18, 18, 18, 18, 18, 18, 18, 18],
            Enumerable.Range(10, 9).Select(frame => Math.Round(track.Places[frame].Covered[0].X, 6)));
        Assert.All(track.Places.Skip(10).Take(9), place => Assert.Equal(PlaceKind.Given, place.Kind));
        Assert.Equal(First.Places.Take(10), track.Places.Take(10));
        Assert.Equal(First.Places.Skip(19), track.Places.Skip(19));
    }

    [Fact]
    public void Two_parts_of_a_track_are_two_tracks()
    {
        var (tracks, _) = Apply(
            new VideoTrack { Id = 1, Of = [new TrackPart(1, new FrameRange(0, 19))] },
            new VideoTrack { Of = [new TrackPart(1, new FrameRange(20, 49))], Action = TrackAction.Leave },
            new VideoTrack { Id = 2 });

        Assert.Equal([(1, 0, 20, true), (3, 20, 30, false), (2, 60, 20, false)],
            tracks.Select(track => (track.Id, track.First, track.Places.Count, track.IsTreated)));
        Assert.Equal(First.Places.Skip(20), tracks[1].Places);
        Assert.Equal([1], tracks[1].Sources);
    }

    [Fact]
    public void Joined_tracks_have_all_places_and_the_line_between_them_and_are_protected_if_one_of_them_was()
    {
        var (tracks, _) = Apply(new VideoTrack { Id = 2, Of = [new TrackPart(2), new TrackPart(1)] });

        var track = Assert.Single(tracks);
        Assert.Equal((2, 0, 80, true), (track.Id, track.First, track.Places.Count, track.IsTreated));
        Assert.Equal([2, 1], track.Sources);
        Assert.Equal(First.Places.Concat(Second.Places), track.Places.Take(50).Concat(track.Places.Skip(60)));
        var gap = track.Places.Skip(50).Take(10).ToList();
        Assert.All(gap, place => Assert.Equal(PlaceKind.Uncertain, place.Kind));
        Assert.Equal(gap.Select(place => place.Covered[0].X).Order(), gap.Select(place => place.Covered[0].X));
        Assert.InRange(gap[0].Covered[0].X, 49, 100);
    }

    [Fact]
    public void Where_joined_tracks_are_in_one_frame_both_places_are_covered()
    {
        var beside = Moving(2, first: 40, length: 20, left: 200);

        var (tracks, _) = TrackEditor.Apply(
            [First, beside], new VideoTracks([new VideoTrack { Id = 1, Of = [new TrackPart(1), new TrackPart(2)] }]));

        var place = Assert.Single(tracks).Places[45];
        Assert.Equal((PlaceKind.Uncertain, 2), (place.Kind, place.Covered.Count));
    }

    [Fact]
    public void Keys_alone_are_a_track_that_is_still_to_be_followed()
    {
        KeyBox[] keys = [new(9, new Box(1, 2, 3, 4)), new(5, new Box(1, 2, 3, 4))];

        var (_, drawn) = Apply(new VideoTrack { Id = 1 }, new VideoTrack { Id = 2 }, new VideoTrack { Keys = keys });

        var track = Assert.Single(drawn);
        Assert.Equal((3, TrackAction.Protect, true), (track.Id, track.Action, track.Carry));
        Assert.Equal([5, 9], track.Keys.Select(key => key.Frame));
    }

    private static (IReadOnlyList<ReviewedTrack> Tracks, IReadOnlyList<DrawnTrack> Drawn) Apply(params VideoTrack[] edits) =>
        TrackEditor.Apply([First, Second], new VideoTracks(edits));

    /// <summary>One that goes a pixel to the right in each frame.</summary>
    private static PlannedTrack Moving(int id, int first, int length, int left) => new(
        id, first,
        [.. Enumerable.Range(0, length).Select(i => new FaceBox(left + i, 10, 30, 40))
            .Select(box => new PlannedPlace(PlaceKind.Detected, box, [box]))],
        TrackEvidence.Strong)
    {
        Sources = [id],
    };
}
