using OpenCvSharp;

namespace FaceDeid.Landmarks;

/// <summary>A colour, 0 to 255 a channel.</summary>
/// <param name="Red">Red.</param>
/// <param name="Green">Green.</param>
/// <param name="Blue">Blue.</param>
public readonly record struct RgbColor(byte Red, byte Green, byte Blue);

/// <summary>How regions are drawn over faces.</summary>
/// <param name="Colors">One colour for all regions, or seven in the order of <see cref="FaceRegion.All"/>.</param>
/// <param name="Alpha">Opacity of the drawing, 0 (not seen) to 1 (solid).</param>
public sealed record OverlayOptions(IReadOnlyList<RgbColor> Colors, double Alpha);

/// <summary>The notebook's drawing: the jaw as a line two pixels thick, every other region as its filled convex hull.</summary>
internal static class LandmarkOverlay
{
    /// <summary>A copy of the picture (<c>CV_8UC3</c>) with the faces drawn on it; the caller owns it.</summary>
    public static Mat Draw(Mat bgr, IEnumerable<Landmarks68> faces, OverlayOptions options)
    {
        using var drawing = bgr.Clone();
        foreach (var face in faces)
        {
            for (var i = 0; i < FaceRegion.All.Count; i++)
            {
                var region = FaceRegion.All[i];
                var color = options.Colors[options.Colors.Count == 1 ? 0 : i];
                var points = face.In(region).Select(p => new Point(p.X, p.Y)).ToArray();
                var bgrColor = new Scalar(color.Blue, color.Green, color.Red);
                if (region == FaceRegion.Jaw)
                    Cv2.Polylines(drawing, [points], isClosed: false, bgrColor, thickness: 2);
                else
                    Cv2.DrawContours(drawing, [Cv2.ConvexHull(points)], -1, bgrColor, thickness: -1);
            }
        }

        var blended = new Mat();
        Cv2.AddWeighted(drawing, options.Alpha, bgr, 1 - options.Alpha, 0, blended);
        return blended;
    }
}
