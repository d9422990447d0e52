using OpenCvSharp;

namespace FaceDeid.Geometry;

/// <summary>
/// A rotation and scaling of a picture's plane, and the way back. Positions are in pixels from the picture's edge.
/// </summary>
/// <param name="Degrees">The angle, clockwise as seen.</param>
/// <param name="From">A point of the picture...</param>
/// <param name="To">...and where it comes to lie.</param>
/// <param name="Scale">How many times larger things become.</param>
internal readonly record struct Turn(double Degrees, Point2d From, Point2d To, double Scale = 1)
{
    private double Cos => Math.Cos(Degrees * Math.PI / 180);

    private double Sin => Math.Sin(Degrees * Math.PI / 180);

    /// <summary>The picture turned, black where it has no pixels; the caller owns it.</summary>
    public Mat Apply(Mat pixels, Size size)
    {
        var (cos, sin) = (Scale * Cos, Scale * Sin);
        using var matrix = new Mat(2, 3, MatType.CV_64FC1);
        // OpenCV's positions are those of pixel centres: half a pixel from the edge.
        matrix.Set(0, 0, cos);
        matrix.Set(0, 1, -sin);
        matrix.Set(0, 2, To.X - 0.5 - (cos * (From.X - 0.5)) + (sin * (From.Y - 0.5)));
        matrix.Set(1, 0, sin);
        matrix.Set(1, 1, cos);
        matrix.Set(1, 2, To.Y - 0.5 - (sin * (From.X - 0.5)) - (cos * (From.Y - 0.5)));
        return pixels.WarpAffine(matrix, size, InterpolationFlags.Linear, BorderTypes.Constant, Scalar.Black);
    }

    /// <summary>Where a point of the turned picture was.</summary>
    public Point2d Back(double x, double y)
    {
        var (dx, dy) = ((x - To.X) / Scale, (y - To.Y) / Scale);
        return new Point2d(From.X + (Cos * dx) + (Sin * dy), From.Y - (Sin * dx) + (Cos * dy));
    }
}
