using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Networks;
using OpenCvSharp;

namespace FaceDeid.Video.Search;

/// <summary>What looks for faces in frames, once for all recordings; thread-safe.</summary>
internal sealed class FrameSearcher(FaceFinder finder, SecondLook secondLook, UltraFace network)
{
    public FaceFinder Finder => finder;

    public SecondLook SecondLook => secondLook;

    public UltraFace Network => network;

    /// <summary>The search of a frame, which must live as long.</summary>
    /// <param name="frame">I420: the planes Y, U and V one after the other, <c>CV_8UC1</c>.</param>
    /// <param name="options">What to look for; <see cref="DetectionOptions.MinScore"/> plays no part here.</param>
    /// <param name="ignored">Outlines of areas in which no face is looked for.</param>
    public FrameSearch Search(
        Mat frame, DetectionOptions options, params IReadOnlyList<IReadOnlyList<PixelPoint>> ignored) =>
        new(this, frame, options, ignored);
}
