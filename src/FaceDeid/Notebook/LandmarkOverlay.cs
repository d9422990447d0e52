using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Notebook;

/// <summary>How regions are drawn over faces.</summary>
/// <param name="Colors">One colour for all regions, or seven in the order of <see cref="FaceRegion.All"/>.</param>
/// <param name="Alpha">Opacity of the drawing, 0 (not seen) to 1 (solid).</param>
public sealed record OverlayOptions(IReadOnlyList<RgbColor> Colors, double Alpha = OverlayOptions.DefaultAlpha)
{
    /// <summary>The notebook's opacity.</summary>
    public const double DefaultAlpha = 0.75;
}

/// <summary>The notebook's drawing: the jaw as a line two pixels thick, every other region as its filled convex hull.</summary>
internal static class LandmarkOverlay
{
    /// <summary>Draws faces into a picture (<c>CV_8UC3</c>), which is not copied for it.</summary>
    public static void Draw(Mat bgr, IEnumerable<Landmarks68> faces, OverlayOptions options)
    {
        // Which region each pixel shows, from 1 on; 0: none.
        using var regions = new Mat(bgr.Size(), MatType.CV_8UC1, Scalar.Black);
        foreach (var face in faces)
        {
            foreach (var (i, region) in FaceRegion.All.Index())
            {
                var points = face.In(region).Select(p => new Point(p.X, p.Y)).ToArray();
                if (region == FaceRegion.Jaw)
                    Cv2.Polylines(regions, [points], isClosed: false, new Scalar(i + 1), thickness: 2);
                else
                    Cv2.DrawContours(regions, [Cv2.ConvexHull(points)], -1, new Scalar(i + 1), thickness: -1);
            }
        }

        foreach (var strip in Strips.Split(new Rect(0, 0, bgr.Width, bgr.Height)))
        {
            using var whole = regions.SubMat(strip);
            var drawn = Cv2.BoundingRect(whole);
            if (drawn.Width <= 0)
                continue;
            using var shown = whole.SubMat(drawn);
            using var pixels = bgr.SubMat(drawn + strip.TopLeft);
            Blend(pixels, shown, options);
        }
    }

    private static void Blend(Mat pixels, Mat regions, OverlayOptions options)
    {
        using var drawing = pixels.Clone();
        for (var i = 0; i < FaceRegion.All.Count; i++)
        {
            using var region = new Mat();
            Cv2.Compare(regions, new Scalar(i + 1), region, CmpTypes.EQ);
            var color = options.Colors[options.Colors.Count == 1 ? 0 : i];
            drawing.SetTo(new Scalar(color.Blue, color.Green, color.Red), region);
        }

        Cv2.AddWeighted(drawing, options.Alpha, pixels, 1 - options.Alpha, 0, pixels);
    }
}
