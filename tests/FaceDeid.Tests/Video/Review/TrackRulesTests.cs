using FaceDeid.Video.Review;
using Xunit;

namespace FaceDeid.Tests.Video.Review;

public sealed class TrackRulesTests
{
    private static readonly VideoTracks Known = new(
        [Track(1, first: 0, length: 50), Track(2, first: 20, length: 30)],
        [new VideoRegion(RegionAction.Ignore, [new(0, 0), new(9, 0), new(9, 9)])], Width: 320, Height: 240, Frames: 60);

    public static TheoryData<string, VideoTracks, string> Mistakes => new()
    {
        { "left out", Edits(new VideoTrack { Id = 1 }), "leaves out track 2" },
        { "unknown id", Edits(Both(), new VideoTrack { Id = 7, Keys = [Key(3)] }), "is no track" },
        { "twice", Edits(Both(), new VideoTrack { Id = 1 }), "names track 1 twice" },
        {
            "half of a split",
            Edits(new VideoTrack { Id = 2 }, new VideoTrack { Id = 1, Of = [new TrackPart(1, new FrameRange(0, 19))] }),
            "the first of them 20"
        },
        {
            "fewer places than there were",
            Edits(new VideoTrack { Id = 1 }, new VideoTrack { Id = 2, First = 21, Places = [Here()] }), "the first of them 20"
        },
        {
            "part beyond its track", Edits(Both(), new VideoTrack { Of = [new TrackPart(2, new FrameRange(0, 30))] }),
            "needs frames between 20 and 49"
        },
        { "part of nothing", Edits(Both(), new VideoTrack { Of = [new TrackPart(5)] }), "names no track" },
        { "new without places", Edits(Both(), new VideoTrack { Action = TrackAction.Protect }), "is new" },
        { "key beyond the end", Edits(Both(), new VideoTrack { Keys = [Key(60)] }), "between 0 and 59" },
        { "key without size", Edits(Both(), new VideoTrack { Keys = [new KeyBox(3, default)] }), "320 x 240" },
        {
            "key outside of the picture", Edits(Both(), new VideoTrack { Keys = [new KeyBox(3, new Box(320, 0, 9, 9))] }),
            "320 x 240"
        },
        { "key twice", Edits(Both(), new VideoTrack { Keys = [Key(3), Key(3)] }), "named twice" },
        {
            "key where the track is not", Edits(new VideoTrack { Id = 1 }, new VideoTrack { Id = 2, Keys = [Key(3)] }),
            "between 20 and 49"
        },
        {
            "carry of an old one", Edits(new VideoTrack { Id = 1, Carry = true }, new VideoTrack { Id = 2 }),
            "belongs to new tracks"
        },
        { "places without first", Edits(Both(), new VideoTrack { Places = [Here()] }), "belong together" },
        { "places beyond the end", Edits(Both(), new VideoTrack { First = 59, Places = [Here(), Here()] }), "60 frames" },
        { "places without a box", Edits(Both(), new VideoTrack { First = 1, Places = [new FramePlaces([])] }), "has no box" },
        { "two ways", Edits(Both(), new VideoTrack { First = 1, Places = [Here()], Keys = [Key(1)] }), "only one of" },
        { "another recording", Edits(Both()) with { Frames = 61 }, "60 frames" },
        {
            "an area that was searched",
            Edits(Both()) with { Regions = [new VideoRegion(RegionAction.Ignore, [new(0, 0), new(99, 0), new(9, 9)])] },
            "needs a new search"
        },
        {
            "an area without corners", Edits(Both()) with { Regions = [new VideoRegion(RegionAction.Cover, [new(0, 0)])] },
            "3 to 100 points"
        },
        {
            "an area that ends before it begins",
            Edits(Both()) with { Regions = [new VideoRegion(RegionAction.Cover, [new(0, 0), new(9, 0), new(9, 9)], 3, 2)] },
            "'from'"
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_where_it_is(string mistake, VideoTracks edits, string words)
    {
        var refused = Assert.Throws<FaceDeidException>(() => TrackRules.Check(Known, edits));

        Assert.Equal(FaceDeidError.BadTracks, refused.Code);
        Assert.True(refused.Options!.Values.Any(text => text.Contains(words, StringComparison.Ordinal)),
            $"{mistake}: {string.Join(" | ", refused.Options)}");
    }

    [Fact]
    public void What_was_given_can_be_sent_back() => TrackRules.Check(Known, Known);

    [Fact]
    public void All_ways_to_change_tracks_go_together() => TrackRules.Check(Known, Edits(
        new VideoTrack { Id = 1, Of = [new TrackPart(1, new FrameRange(0, 29))] },
        new VideoTrack { Id = 2, First = 19, Places = [.. Enumerable.Repeat(Here(), 20), .. Enumerable.Repeat(Gone(), 11)] },
        new VideoTrack { Of = [new TrackPart(1, new FrameRange(30, 49)), new TrackPart(2)], Action = TrackAction.Leave },
        new VideoTrack { Keys = [Key(3), Key(1)], Carry = false },
        new VideoTrack { First = 10, Places = [Here(), Gone(), Here()] }) with
    {
        Regions = [.. Known.Regions!, new VideoRegion(RegionAction.Cover, [new(0, 0), new(9, 0), new(9, 9)], 1, 2)],
    });

    [Theory]
    [InlineData(TrackAction.Leave, null, false)]
    [InlineData(TrackAction.Leave, TrackAction.Protect, true)]
    [InlineData(null, null, true)]
    public void It_is_known_whether_anybody_is_protected(TrackAction? first, TrackAction? drawn, bool isProtected)
    {
        var edits = Edits(
            new VideoTrack { Id = 1, Action = first }, new VideoTrack { Id = 2, Action = TrackAction.Leave },
            new VideoTrack { Keys = [Key(3)], Action = drawn ?? TrackAction.Leave });

        Assert.Equal(isProtected, TrackRules.Protects(Known, edits));
    }

    [Fact]
    public void A_covered_area_protects() => Assert.True(TrackRules.Protects(
        Known with { Tracks = [] },
        new VideoTracks([], [new VideoRegion(RegionAction.Cover, [new(0, 0), new(9, 0), new(9, 9)])])));

    private static VideoTracks Edits(params VideoTrack[] tracks) => new(tracks);

    private static VideoTracks Edits(VideoTrack[] tracks, params VideoTrack[] more) => new([.. tracks, .. more]);

    private static VideoTrack[] Both() => [new() { Id = 1 }, new() { Id = 2 }];

    private static VideoTrack Track(int id, int first, int length) => new()
    {
        Id = id,
        Action = TrackAction.Protect,
        Evidence = TrackEvidence.Strong,
        First = first,
        Places = [.. Enumerable.Repeat(Here(), length)],
    };

    private static KeyBox Key(int frame) => new(frame, new Box(10, 10, 30, 40));

    private static FramePlaces Gone() => new([]);

    private static FramePlaces Here() => new([new Box(10, 10, 30, 40)], PlaceKind.Detected);
}
