namespace FaceDeid.Geometry;

/// <summary>Arithmetic of boxes.</summary>
internal static class Boxes
{
    /// <summary>The smallest box around points.</summary>
    public static Box Around(IReadOnlyList<PixelPoint> points)
    {
        var (left, top) = (points.Min(p => p.X), points.Min(p => p.Y));
        return new Box(left, top, points.Max(p => p.X) - left + 1, points.Max(p => p.Y) - top + 1);
    }

    /// <summary>Intersection over union of two boxes, 0 (apart) to 1 (equal).</summary>
    public static double Overlap(this Box box, Box other)
    {
        var width = (double)Math.Min(box.X + box.Width, other.X + other.Width) - Math.Max(box.X, other.X);
        var height = (double)Math.Min(box.Y + box.Height, other.Y + other.Height) - Math.Max(box.Y, other.Y);
        var common = Math.Max(0, width) * Math.Max(0, height);
        return common / (((double)box.Width * box.Height) + ((double)other.Width * other.Height) - common);
    }

    public static double CentreX(this Box box) => box.X + (box.Width / 2.0);

    public static double CentreY(this Box box) => box.Y + (box.Height / 2.0);

    /// <summary>The box of this size around a centre.</summary>
    public static Box Around(double x, double y, double width, double height) => new(
        (int)Math.Round(x - (width / 2)), (int)Math.Round(y - (height / 2)),
        Math.Max(1, (int)Math.Round(width)), Math.Max(1, (int)Math.Round(height)));

    /// <summary>The box as it is seen from elsewhere.</summary>
    public static Box Moved(this Box box, int x, int y) => box with { X = box.X + x, Y = box.Y + y };

    /// <summary>The box in a picture that is so many times larger.</summary>
    public static Box Scaled(this Box box, double scale) => new(
        (int)Math.Round(box.X * scale), (int)Math.Round(box.Y * scale),
        (int)Math.Round(box.Width * scale), (int)Math.Round(box.Height * scale));
}
