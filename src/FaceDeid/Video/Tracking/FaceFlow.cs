using OpenCvSharp;

namespace FaceDeid.Video.Tracking;

/// <summary>Where the picture carries a face's box.</summary>
/// <param name="Box">In the next frame.</param>
/// <param name="Quality">Share of its points that could be followed.</param>
internal readonly record struct FlowStep(FaceBox Box, double Quality);

/// <summary>
/// Carries a box from frame to frame by the points in it: their median shift moves it, the median change of their distances
/// scales it (median flow, Kalal et al. 2010). It costs about a millisecond and, other than trackers by correlation, says when
/// it has lost the face.
/// </summary>
internal static class FaceFlow
{
    /// <summary>Pixels to which wider faces are reduced.</summary>
    public const double Width = 64;

    private const int Side = 7; // of the grid of points
    private const double Margin = 0.15; // of the box: its rim is background
    private const int LeastKept = 8; // points
    private const double MaxError = 0.03; // of the face's width...
    private const double LeastMaxError = 1; // ...but at least that, in pixels
    private const double Apart = 0.2; // of the width: nearer points do not tell a change of scale
    private const double MostScale = 1.1;
    private const double Room = 24; // pixels around the box, beside its own size

    /// <summary>The box in the other frame; null: it is lost. Frames are <c>CV_8UC1</c> of one size.</summary>
    public static FlowStep? Follow(Mat from, Mat to, FaceBox box)
    {
        var around = (int)(Math.Max(box.Width, box.Height) + Room);
        var (left, top) = (Math.Max(0, (int)box.X - around), Math.Max(0, (int)box.Y - around));
        var right = Math.Min(from.Width, (int)(box.X + box.Width) + around);
        var bottom = Math.Min(from.Height, (int)(box.Y + box.Height) + around);
        if (right - left < Side || bottom - top < Side)
            return null;
        var region = new Rect(left, top, right - left, bottom - top);
        var scale = Math.Min(1, Width / box.Width);
        var size = new Size(
            Math.Max(1, (int)Math.Round(region.Width * scale)), Math.Max(1, (int)Math.Round(region.Height * scale)));
        using var before = Cut(from, region, size);
        using var after = Cut(to, region, size);
        var points = Points(box.Moved(-left, -top).Scaled(scale));
        var error = Math.Max(LeastMaxError, MaxError * box.Width * scale);
        var kept = PointFlow.Follow(before, after, points).Select((step, i) => (From: points[i], step.To, step.Error))
            .Where(step => step.Error < error).Select(step => (step.From, step.To)).ToArray();
        if (kept.Length < LeastKept)
            return null;
        var shiftX = Median([.. kept.Select(step => (double)step.To.X - step.From.X)]) / scale;
        var shiftY = Median([.. kept.Select(step => (double)step.To.Y - step.From.Y)]) / scale;
        var times = Math.Clamp(Growth(kept, Apart * box.Width * scale), 1 / MostScale, MostScale);
        return new FlowStep(box.Moved(shiftX, shiftY).Grown(times), kept.Length / (double)points.Length);
    }

    private static Mat Cut(Mat frame, Rect region, Size size)
    {
        using var cut = frame.SubMat(region);
        return size == region.Size ? cut.Clone() : cut.Resize(size, 0, 0, InterpolationFlags.Area);
    }

    private static Point2f[] Points(FaceBox box)
    {
        var points = new Point2f[Side * Side];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new Point2f((float)(box.X + (At(i % Side) * box.Width)), (float)(box.Y + (At(i / Side) * box.Height)));
        }

        return points;

        static double At(int place) => Margin + (place * (1 - (2 * Margin)) / (Side - 1));
    }

    private static double Growth((Point2f From, Point2f To)[] steps, double apart)
    {
        List<double> ratios = [];
        for (var i = 0; i < steps.Length; i++)
        {
            for (var j = i + 1; j < steps.Length; j++)
            {
                var distance = Squared(steps[i].From - steps[j].From);
                if (distance > apart * apart)
                    ratios.Add(Squared(steps[i].To - steps[j].To) / distance);
            }
        }

        return ratios.Count == 0 ? 1 : Math.Sqrt(Median(ratios));

        static double Squared(Point2f way) => (way.X * way.X) + (way.Y * way.Y);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
