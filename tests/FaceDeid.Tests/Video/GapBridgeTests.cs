using FaceDeid.Video.Tracking;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video;

/// <summary>A patch of texture that moves before a still one.</summary>
public sealed class GapBridgeTests
{
    private const int Side = 40;

    [Fact]
    public void Where_both_ends_lead_to_the_same_place_the_face_is_there()
    {
        using var window = Window(20, i => 50 + (3 * i));
        var places = GapBridge.Between(window, At(0, 50), At(19, 107)).ToList();

        Assert.Equal(Enumerable.Range(1, 18), places.Select(place => place.Frame));
        Assert.All(places, place => Assert.Equal(PlaceKind.Bridged, place.Kind));
        Assert.All(places, place => Assert.InRange(place.Box.X, 48.5 + (3 * place.Frame), 51.5 + (3 * place.Frame)));
    }

    [Theory]
    [InlineData(20, 54)]
    [InlineData(60, 50)]
    public void Where_they_do_not_all_places_are_covered_for_a_second(int frames, int covered)
    {
        using var window = Window(frames, _ => 50);
        var places = GapBridge.Between(window, At(0, 50), At(frames - 1, 150)).ToList();

        Assert.Equal(covered, places.Count);
        Assert.All(places, place => Assert.Equal(PlaceKind.Uncertain, place.Kind));
        Assert.Equal(frames == 20, places.Exists(place => place.Box.X is > 90 and < 110));
    }

    [Fact]
    public void A_tail_follows_the_face_for_half_a_second_and_not_beyond_the_frames_that_are_there()
    {
        using var window = Window(30, i => 50 + (3 * i));

        var after = Tail.From(window, At(5, 65), 1).ToList();
        Assert.Equal(Enumerable.Range(6, 12), after.Select(place => place.Frame));
        Assert.All(after, place => Assert.InRange(place.Box.X, 48.5 + (3 * place.Frame), 51.5 + (3 * place.Frame)));
        Assert.Equal([4, 3, 2, 1, 0], Tail.From(window, At(5, 65), -1).Select(place => place.Frame));
    }

    [Fact]
    public void What_surely_is_a_face_is_followed_on_for_as_long_as_it_can_be_followed()
    {
        using var window = Window(100, i => i < 50 ? 50 : 400 - i); // in frame 50 it is gone

        Assert.Equal(44, Tail.From(window, At(5, 65), 1, isSure: true).Count());
        Assert.Equal(12, Tail.From(window, At(5, 65), 1).Count());
    }

    [Fact]
    public void A_tail_ends_where_the_face_has_left_the_picture()
    {
        using var window = Window(30, _ => 50);

        Assert.Empty(Tail.From(window, At(5, 265), 1));
    }

    private static FacePlace At(int frame, double x) => new(frame, new FaceBox(x, 60, Side, Side), PlaceKind.Detected, 0.9f);

    private static FrameWindow Window(int frames, Func<int, int> x)
    {
        var window = new FrameWindow(new ImageSize(240, 160));
        using var background = Texture(new Size(240, 160), 1);
        using var patch = Texture(new Size(Side, Side), 2);
        for (var i = 0; i < frames; i++)
        {
            using var frame = background.Clone();
            var shown = new Rect(x(i), 60, Side, Side).Intersect(new Rect(0, 0, 240, 160));
            if (shown.Width > 0)
            {
                using var part = frame.SubMat(shown);
                using var visible = patch.SubMat(new Rect(0, 0, shown.Width, Side));
                visible.CopyTo(part);
            }

            window.Add(i, frame);
        }

        return window;
    }

    private static Mat Texture(Size size, ulong seed)
    {
        using var noise = new Mat(size, MatType.CV_8UC1);
        new RNG(seed).Fill(noise, DistributionType.Uniform, 0, 255);
        return noise.GaussianBlur(new Size(0, 0), 1.5);
    }
}
