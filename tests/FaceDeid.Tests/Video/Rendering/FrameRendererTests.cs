using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Tracking;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video.Rendering;

public sealed class FrameRendererTests
{
    private static readonly FaceBox Place = new(100, 60, 80, 100);

    [Fact]
    public void A_face_is_covered_in_its_frames_and_nowhere_else()
    {
        var track = Track(first: 2, count: 3, TrackEvidence.Strong);

        var (before, after) = Run(8, DeidentificationMethod.Mask, track);

        for (var i = 0; i < 8; i++)
        {
            var isCovered = i is >= 2 and < 5;
            Assert.Equal(isCovered ? 0 : 1, Share(before[i], after[i], new Rect(110, 75, 60, 70)), tolerance: 0.01);
            Assert.Equal(1, Share(before[i], after[i], new Rect(200, 0, 120, 240)));
        }
    }

    [Fact]
    public void Who_stays_visible_is_not_touched()
    {
        var (before, after) = Run(
            3, DeidentificationMethod.Blur, Track(0, 3, TrackEvidence.Strong) with { IsTreated = false });

        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Every_possible_place_is_covered()
    {
        FaceBox[] places = [new(20, 20, 40, 50), new(150, 120, 40, 50)];
        var track = new PlannedTrack(1, 0, [new PlannedPlace(PlaceKind.Uncertain, null, places)], TrackEvidence.Weak);

        var (before, after) = Run(1, DeidentificationMethod.Replace, track);

        Assert.All(places, place => Assert.True(
            Share(before[0], after[0], new Rect((int)place.X + 8, (int)place.Y + 8, 24, 34)) < 0.1));
    }

    [Fact]
    public void What_is_still_recognised_gets_a_mask()
    {
        var (_, after) = Run(1, DeidentificationMethod.Blur, new HashSet<int> { 1 }, Track(0, 1, TrackEvidence.Strong));

        Assert.All(Enumerable.Range(110, 60), x => Assert.Equal(16, after[0][(110 * 320) + x]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)] // frames that are treated side by side wait longer, at a segment's end for those behind it, too
    public void A_person_wears_one_face_in_all_frames(int workers)
    {
        const int Shown = 15, Behind = 8;
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("faces/2009_004587.jpg")));
        using var even = picture.Bgr.SubMat(new Rect(0, 0, picture.Bgr.Width & ~1, picture.Bgr.Height & ~1));
        using var scene = Tests.Protection.Scene.Of("faces/2009_004587.jpg");
        var subject = scene.Main;
        var box = subject.Box;
        var place = new FaceBox(box.X, box.Y, box.Width, box.Height);
        var donor = Engine.DonorChoice.Candidates(
            FaceDeid.Protection.Replacement.DonorAssignment.WantedBy(
                FaceDeid.Protection.Replacement.FaceView.Of(scene.Bgr, subject.Landmarks.ToComplex())!, subject), "key")[0];
        var track = new PlannedTrack(
            7, 0, [.. Enumerable.Repeat(new PlannedPlace(PlaceKind.Detected, place, [place]), Shown + Behind)],
            TrackEvidence.Strong)
        {
            Disguise = new(donor),
            Who = subject.Who,
            Expression = subject.Expression,
        };

        using var gate = new WorkerGate(workers);
        using var renderer = Renderer(gate, DeidentificationMethod.Replace, new HashSet<int>(), track);
        List<byte[]> after = [];
        for (var i = 0; i < Shown; i++)
            Take(renderer.Add(Frames.Of(even, i)), after);
        for (var i = Shown; i < Shown + Behind; i++)
            Take(renderer.Observe(Frames.Of(even, i)), after);
        Take(renderer.Complete(), after);

        Assert.Equal(Shown, after.Count);
        Assert.Empty(renderer.Fallbacks);
        Assert.All(after, frame => Assert.Equal(after[0], frame)); // nothing moves, so nothing flickers
        using var original = Frames.Of(even);
        Assert.NotEqual(Bytes(original), after[0]);
    }

    private static PlannedTrack Track(int first, int count, TrackEvidence evidence) => new(
        1, first, [.. Enumerable.Repeat(new PlannedPlace(PlaceKind.Detected, Place, [Place]), count)], evidence);

    private static (List<byte[]> Before, List<byte[]> After) Run(
        int frames, DeidentificationMethod method, params PlannedTrack[] tracks) =>
        Run(frames, method, new HashSet<int>(), tracks);

    private static (List<byte[]> Before, List<byte[]> After) Run(
        int frames, DeidentificationMethod method, HashSet<int> masked, params PlannedTrack[] tracks)
    {
        using var renderer = Renderer(Engine.Gate, method, masked, tracks);
        List<byte[]> before = [], after = [];
        for (var i = 0; i < frames; i++)
        {
            using var noise = Frames.Noise(320, 240, seed: i);
            before.Add(Bytes(noise));
            Take(renderer.Add(noise.As(i)), after);
        }

        Take(renderer.Complete(), after);
        return (before, after);
    }

    private static FrameRenderer Renderer(
        WorkerGate gate, DeidentificationMethod method, HashSet<int> masked, params PlannedTrack[] tracks) =>
        new(
            Engine.Deidentifier, Engine.CheckedPredictor, gate, tracks, [], new DeidentificationOptions { Method = method },
            masked);

    private static void Take(IReadOnlyList<VideoFrame> frames, List<byte[]> into)
    {
        foreach (var frame in frames)
        {
            into.Add(Bytes(frame));
            frame.Dispose();
        }
    }

    private static byte[] Bytes(VideoFrame frame)
    {
        Assert.True(frame.Pixels.GetArray(out byte[] bytes));
        return bytes;
    }

    /// <summary>Share of a part's luminance that is as it was.</summary>
    private static double Share(byte[] before, byte[] after, Rect part)
    {
        var same = 0;
        for (var y = part.Top; y < part.Bottom; y++)
        {
            for (var x = part.Left; x < part.Right; x++)
                same += before[(y * 320) + x] == after[(y * 320) + x] ? 1 : 0;
        }

        return same / ((double)part.Width * part.Height);
    }
}
