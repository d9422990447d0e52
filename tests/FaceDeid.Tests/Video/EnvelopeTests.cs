using FaceDeid.Video.Tracking;
using Xunit;

namespace FaceDeid.Tests.Video;

public sealed class EnvelopeTests
{
    [Fact]
    public void A_box_is_as_wide_and_as_high_as_the_largest_within_three_frames()
    {
        var grown = Grown(20, i => (
            PlaceKind.Detected, i == 10 ? FaceBox.Around(50, 50, 30, 60) : FaceBox.Around(50 + i, 50, 20, 24)));

        Assert.All(grown, place => Assert.Equal(
            Math.Abs(place.Frame - 10) <= 3 ? (30, 60) : (20, 24), (place.Box.Width, place.Box.Height)));
        Assert.Equal(55, grown[5].Box.CentreX);
    }

    [Fact]
    public void Where_a_face_was_not_seen_for_longer_it_gets_a_circle_of_the_largest_side_within_a_second()
    {
        var grown = Grown(60, i => (
            i is > 20 and < 40 ? PlaceKind.Bridged : PlaceKind.Detected, FaceBox.Around(50, 50, 20, i == 50 ? 44 : 26)));

        Assert.Equal((20, 26), (grown[22].Box.Width, grown[22].Box.Height)); // a detection is near
        Assert.Equal((21, 26), (grown[24].Box.Width, grown[24].Box.Height)); // 50 is too far, and it grows slowly
        Assert.Equal((44, 44), (grown[30].Box.Width, grown[30].Box.Height));
    }

    [Fact]
    public void A_tail_becomes_a_circle_within_some_frames()
    {
        var grown = Grown(12, i => (i < 5 ? PlaceKind.Detected : PlaceKind.Tail, FaceBox.Around(50, 50, 20, 26)));

        Assert.Equal((21, 26), (grown[5].Box.Width, grown[5].Box.Height));
        Assert.Equal((26, 26), (grown[10].Box.Width, grown[10].Box.Height));
    }

    private static IReadOnlyList<FacePlace> Grown(int frames, Func<int, (PlaceKind Kind, FaceBox Box)> place) =>
        Envelope.Around(new Track(
            [.. Enumerable.Range(0, frames).Select(i => new FacePlace(i, place(i).Box, place(i).Kind))], 1)).Places;
}
