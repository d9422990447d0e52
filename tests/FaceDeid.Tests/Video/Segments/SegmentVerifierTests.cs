using FaceDeid.Faces.Detection;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Search;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Tracking;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video.Segments;

/// <summary>A frame with a bare face: where the second search of a result finds it.</summary>
public sealed class SegmentVerifierTests : IDisposable
{
    private static readonly FaceBox Face = new(210, 95, 60, 78);

    private readonly WorkerGate _gate = new(2);

    [Theory]
    [InlineData(25, 400, PlaceKind.Detected, true)] // a frame that is searched in full
    [InlineData(3, 70, PlaceKind.Uncertain, true)] // near a place that was calculated
    [InlineData(3, 70, PlaceKind.Detected, false)] // near one that was seen
    [InlineData(4, 70, PlaceKind.Uncertain, false)] // between those that are looked at
    public void A_bare_face_is_found_in_full_searches_and_beside_places_that_were_calculated(
        int number, double away, PlaceKind kind, bool isFound)
    {
        using var frame = Frame(number);
        var place = Face.Moved(away, 0);
        PlannedTrack[] tracks =
        [
            new PlannedTrack(1, 0, [.. Enumerable.Repeat(new PlannedPlace(kind, place, [place]), 30)], TrackEvidence.Strong),
        ];
        var findings = new SegmentFindings { Fingerprint = string.Empty };

        if (SegmentVerifier.IsDue(number, tracks))
            Verifier().Look(frame, tracks, new DetectionOptions(), [], findings);

        Assert.Equal(isFound, findings.Bare.Count == 1);
        if (isFound)
            Assert.InRange(findings.Bare[0].Box.Overlap(Face), 0.4, 1);
    }

    [Fact]
    public void A_face_that_stays_visible_is_not_bare()
    {
        using var frame = Frame(25);
        var findings = new SegmentFindings { Fingerprint = string.Empty };

        Verifier().Look(
            frame,
            [
                new PlannedTrack(
                    1, 25, [new PlannedPlace(PlaceKind.Detected, Face, [Face])], TrackEvidence.Strong) { IsTreated = false },
            ],
            new DetectionOptions(), [], findings);

        Assert.True(findings.IsClean);
    }

    public void Dispose() => _gate.Dispose();

    private SegmentVerifier Verifier() => new(
        new FrameSearcher(Engine.Finder, Engine.SecondLook, Engine.UltraFace), Engine.CheckedPredictor, Engine.Embedder, _gate);

    private static VideoFrame Frame(int number)
    {
        var clip = new SyntheticClip
        {
            Actors = [(FaceSprite.Cut("faces/Tom_Cruise_avp_2014_4.jpg"), _ => new Pose(Face.CentreX, Face.CentreY, Face.Width))],
        };
        var (drawn, labels) = clip.Draw(number);
        labels.Dispose();
        using var colours = drawn;
        return new VideoFrame(number, number, checksum: 0, colours.CvtColor(ColorConversionCodes.BGR2YUV_I420));
    }
}
