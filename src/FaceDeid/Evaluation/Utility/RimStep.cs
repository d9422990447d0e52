using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Evaluation.Utility;

/// <summary>
/// How much of an edge there is along the outline of what was changed near a face. Lightness just inside is compared with
/// lightness just outside, on arcs so long that texture does not count; what the original has there already is taken off.
/// </summary>
internal static class RimStep
{
    private const int Width = 200; // pixels to which a wider face is reduced: an edge is as high in a smaller picture
    private const int LeastWidth = 40; // of a narrower face, inside and outside are too near to each other
    private const double Around = 0.75; // of the face's box, to each side: how far what was changed may reach
    private const int Changed = 4; // of 255, in a channel: less is what compression does
    private const double Gap = 0.03; // of the face's width: what was left between changed pixels belongs to them
    private const double Apart = 0.0125; // of the face's width, to each side of the outline
    private const double Arc = 0.06; // of the face's width
    private const double Least = 0.3; // of the outline: if less of it is in the picture, it says too little

    /// <summary>
    /// Mean step in L*, 0 where nothing was changed; null: the face is too small, or the outline is not in sight.
    /// </summary>
    /// <param name="before">The original, <c>CV_8UC3</c>.</param>
    /// <param name="after">The de-identified picture, as large.</param>
    /// <param name="face">The face's box.</param>
    public static double? Measure(Mat before, Mat after, Box face)
    {
        var around = new Rect(face.X, face.Y, face.Width, face.Height);
        around.Inflate((int)(Around * face.Width), (int)(Around * face.Height));
        around = around.Intersect(new Rect(0, 0, before.Width, before.Height));
        if (face.Width < LeastWidth || around.Width <= 0 || around.Height <= 0)
            return null;
        var scale = Math.Min(1, Width / (double)face.Width);
        var width = scale * face.Width;
        using var from = Reduced(before, around, scale);
        using var to = Reduced(after, around, scale);
        var place = (face with { X = face.X - around.X, Y = face.Y - around.Y }).Scaled(scale);
        using var changed = ChangedAt(from, to, width, place);
        if (changed is null)
            return 0;
        var places = Places(changed, width);
        if (places is null)
            return null;
        using var lightnessBefore = LightnessOf(from);
        using var lightnessAfter = LightnessOf(to);
        var arc = Math.Max(1, (int)Math.Round(Arc * width));
        return Math.Max(0, Step(lightnessAfter, places, arc) - Step(lightnessBefore, places, arc));
    }

    /// <summary>255 inside of the outline around all that was changed at the face; null: nothing was.</summary>
    private static Mat? ChangedAt(Mat before, Mat after, double width, Box face)
    {
        using var difference = new Mat();
        Cv2.Absdiff(before, after, difference);
        using var differs = new Mat();
        Cv2.InRange(difference, Scalar.All(0), Scalar.All(Changed), differs);
        Cv2.BitwiseNot(differs, differs);
        using var speck = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(3, 3));
        Cv2.MorphologyEx(differs, differs, MorphTypes.Open, speck);
        var side = (2 * (int)Math.Ceiling(Gap * width)) + 1;
        using var gap = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(side, side));
        Cv2.MorphologyEx(differs, differs, MorphTypes.Close, gap);
        Cv2.FindContours(differs, out Point[][] outlines, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
        var box = new Rect(face.X, face.Y, face.Width, face.Height);
        var largest = outlines.Where(outline => Cv2.BoundingRect(outline).IntersectsWith(box))
            .MaxBy(outline => Cv2.ContourArea(outline));
        if (largest is null)
            return null;
        var region = new Mat(before.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.DrawContours(region, [largest], -1, Scalar.White, thickness: -1);
        return region;
    }

    /// <summary>Pixels just inside and just outside, along the outline; null: too little of it is in the picture.</summary>
    private static List<(Point Inside, Point Outside)>? Places(Mat changed, double width)
    {
        Cv2.FindContours(changed, out Point[][] outlines, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
        var outline = outlines.MaxBy(points => points.Length) ?? [];
        // The slope of the smoothed region looks across the outline, however ragged that is.
        using var soft = new Mat();
        changed.ConvertTo(soft, MatType.CV_32FC1);
        using var smooth = soft.Smooth(Math.Max(1, 0.02 * width));
        using var slopeX = smooth.Sobel(MatType.CV_32FC1, 1, 0);
        using var slopeY = smooth.Sobel(MatType.CV_32FC1, 0, 1);
        var apart = Math.Max(1, Apart * width);
        var places = new List<(Point Inside, Point Outside)>();
        var bounds = new Rect(0, 0, changed.Width, changed.Height);
        foreach (var point in outline)
        {
            var inwards = new Complex(slopeX.At<float>(point.Y, point.X), slopeY.At<float>(point.Y, point.X));
            if (inwards.Magnitude < 1)
                continue;
            inwards /= inwards.Magnitude;
            // An outline's own pixels are the outermost inside: it runs half a pixel further out.
            var edge = new Complex(point.X, point.Y) - (inwards / 2);
            var (inside, outside) = (SureSkin.ToPoint(edge + (apart * inwards)), SureSkin.ToPoint(edge - (apart * inwards)));
            if (bounds.Contains(inside) && bounds.Contains(outside))
                places.Add((inside, outside));
        }

        return places.Count == 0 || places.Count < Least * outline.Length ? null : places;
    }

    /// <summary>Mean over the outline of the difference across it, each the mean of an arc, without its sign.</summary>
    private static double Step(Mat lightness, List<(Point Inside, Point Outside)> places, int arc)
    {
        var values = places.ConvertAll(place =>
            (double)lightness.At<float>(place.Inside.Y, place.Inside.X)
            - lightness.At<float>(place.Outside.Y, place.Outside.X));
        var sums = new double[values.Count + 1];
        for (var i = 0; i < values.Count; i++)
            sums[i + 1] = sums[i] + values[i];
        var length = Math.Min(arc, values.Count);
        return Enumerable.Range(0, values.Count - length + 1).Average(i => Math.Abs((sums[i + length] - sums[i]) / length));
    }

    private static Mat Reduced(Mat bgr, Rect part, double scale)
    {
        using var cut = bgr.SubMat(part);
        return scale < 1 ? cut.Resize(default, scale, scale, InterpolationFlags.Area) : cut.Clone();
    }

    private static Mat LightnessOf(Mat bgr)
    {
        using var lab = bgr.ToLab();
        return lab.ExtractChannel(0);
    }
}
