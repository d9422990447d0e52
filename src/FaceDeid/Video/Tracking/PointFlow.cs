using OpenCvSharp;

namespace FaceDeid.Video.Tracking;

/// <summary>
/// Follows points from one picture to another by pyramids of Lucas and Kanade (Bouguet 2001), and back again: a point that does
/// not come back to where it began was not followed (Kalal et al., forward-backward error, 2010).
/// </summary>
internal static class PointFlow
{
    private const int Levels = 3; // and the picture itself
    private static readonly Size Window = new(15, 15);

    /// <summary>Where points went, and how far from its place each came back in pixels; lost ones infinitely far.</summary>
    public static (Point2f To, double Error)[] Follow(Mat from, Mat to, Point2f[] points)
    {
        Point2f[] there = [.. points];
        Cv2.CalcOpticalFlowPyrLK(from, to, points, ref there, out var arrived, out _, Window, Levels);
        Point2f[] back = [.. there];
        Cv2.CalcOpticalFlowPyrLK(to, from, there, ref back, out var returned, out _, Window, Levels);
        return [.. points.Select((point, i) => (
            there[i], arrived[i] == 1 && returned[i] == 1 ? point.DistanceTo(back[i]) : double.PositiveInfinity))];
    }
}
