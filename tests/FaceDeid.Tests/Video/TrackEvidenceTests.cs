using FaceDeid.Video.Tracking;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video;

/// <summary>What the search's network takes for a face is one only when second looks agree.</summary>
public sealed class TrackEvidenceTests
{
    private const int Frames = 60;
    private static readonly FaceBox Place = new(60, 50, 40, 50);
    private static readonly FaceBox Beside = new(85, 50, 40, 50);

    [Theory]
    [InlineData(0.9, 0, 0.9, true)]
    [InlineData(0.9, 0, 0.2, false)]
    [InlineData(0.9, 0, 0.5, false)] // in twenty looks
    [InlineData(0.4, 0, 0.9, true)]
    [InlineData(0.4, 0, 0.4, false)]
    [InlineData(0.9, 90, 0.9, true)]
    [InlineData(0.9, 90, 0.5, false)]
    public void A_sighting_is_a_face_when_second_looks_say_so(double score, int roll, double probability, bool isFace) =>
        Assert.Equal(isFace, Track(_ => [(new Sighting(Place, score, roll), probability)]).Count == 1);

    [Fact]
    public void An_unlikely_sighting_begins_nothing_but_tells_where_a_face_was_before() =>
        Assert.Equal(0, Assert.Single(Track(i => [(new Sighting(Place, 0.9), i < 21 ? 0.2 : 0.9)])).First);

    /// <summary>From frame 20 on another picture is where the face was, and is no face.</summary>
    [Fact]
    public void What_is_seen_where_a_face_was_lost_does_not_continue_it()
    {
        var track = Assert.Single(Track(
            i => i < 20 ? [(new Sighting(Place, 0.9), 0.9)] : [(new Sighting(Beside, 0.9), 0.1)], i => i < 20 ? 1u : (uint)i));

        Assert.InRange(track.Last, 20, 32);
    }

    [Fact]
    public void A_turned_sighting_does_not_take_the_place_of_an_upright_one()
    {
        var track = Assert.Single(Track(_ =>
            [(new Sighting(Place, 0.9), 0.9), (new Sighting(Place.Moved(4, 4).Grown(1.2), 1, 90), 0.9)]));

        Assert.All(track.Places, place => Assert.InRange(place.Box.Side, Place.Side - 1, Place.Side + 1));
    }

    /// <summary>A chain of sightings, each larger than the next, would lead back to one as large as the picture.</summary>
    [Fact]
    public void A_face_is_not_followed_back_to_what_is_twice_as_large()
    {
        var track = Assert.Single(Track(i => i < 21
            ? [(new Sighting(Place.Grown(1 + ((21 - i) * 0.1)), 0.5), 0.2)]
            : [(new Sighting(Place, 0.9), 0.9)]));

        Assert.All(track.Places, place => Assert.InRange(place.Box.Side, Place.Side - 1, Place.Side * 1.7));
    }

    private static IReadOnlyList<Track> Track(
        Func<int, (Sighting Seen, double Probability)[]> seen, Func<int, uint>? picture = null)
    {
        var options = new TrackingOptions { Parts = TrackingParts.All & ~TrackingParts.Cuts };
        using var tracker = new SegmentTracker(new ImageSize(200, 160), options);
        for (var i = 0; i < Frames; i++)
        {
            using var frame = new Mat(160, 200, MatType.CV_8UC1);
            new RNG(picture?.Invoke(i) ?? 1).Fill(frame, DistributionType.Uniform, 0, 255);
            using var smooth = frame.GaussianBlur(new Size(0, 0), 1.5);
            tracker.Add(i, smooth, new GivenSearch(seen(i)));
        }

        return tracker.Complete().Tracks;
    }

    /// <summary>Sees what it is told.</summary>
    private sealed class GivenSearch((Sighting Seen, double Probability)[] seen) : IFrameSearch
    {
        public IReadOnlyList<Sighting> Everywhere(SearchExtent extent) =>
            Of(sighting => extent == SearchExtent.Turned || sighting.Roll == 0);

        public IReadOnlyList<Sighting> Near(FaceBox place) => Of(sighting => sighting.Roll == 0);

        public IReadOnlyList<Sighting> Turned(FaceBox place) => Of(sighting => sighting.Roll != 0);

        public double Probability(Sighting sighting) => seen.First(one => one.Seen == sighting).Probability;

        private Sighting[] Of(Func<Sighting, bool> which) => [.. seen.Select(one => one.Seen).Where(which)];
    }
}
