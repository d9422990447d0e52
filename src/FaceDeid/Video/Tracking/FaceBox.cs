namespace FaceDeid.Video.Tracking;

/// <summary>A face's box in pixels of the frame, in parts of pixels, in the common meaning of boxes.</summary>
internal readonly record struct FaceBox(double X, double Y, double Width, double Height)
{
    private const double MostCarried = 1.5; // times as large as it was seen, or as small

    public double CentreX => X + (Width / 2);

    public double CentreY => Y + (Height / 2);

    /// <summary>The side of a square of the same area.</summary>
    public double Side => Math.Sqrt(Width * Height);

    /// <summary>The box of this size around a centre.</summary>
    public static FaceBox Around(double x, double y, double width, double height) =>
        new(x - (width / 2), y - (height / 2), width, height);

    public static FaceBox Of(Box box) => new(box.X, box.Y, box.Width, box.Height);

    /// <summary>The smallest box of whole pixels that holds it.</summary>
    public Box Whole()
    {
        var (left, top) = ((int)Math.Floor(X), (int)Math.Floor(Y));
        return new Box(
            left, top, Math.Max(1, (int)Math.Ceiling(X + Width) - left), Math.Max(1, (int)Math.Ceiling(Y + Height) - top));
    }

    public FaceBox Moved(double right, double down) => this with { X = X + right, Y = Y + down };

    /// <summary>So many times as large around the same centre.</summary>
    public FaceBox Grown(double times) => Around(CentreX, CentreY, Width * times, Height * times);

    /// <summary>
    /// The box around the same centre with a size that a face can have which was seen with another: flow that holds something
    /// else grows without end.
    /// </summary>
    public FaceBox OfSizeLike(FaceBox seen) =>
        Grown(Math.Clamp(Side, seen.Side / MostCarried, seen.Side * MostCarried) / Side);

    /// <summary>The box in a picture that is so many times larger.</summary>
    public FaceBox Scaled(double scale) => new(X * scale, Y * scale, Width * scale, Height * scale);

    /// <summary>Between this box (share 0) and another (share 1).</summary>
    public FaceBox Towards(FaceBox other, double share)
    {
        return new FaceBox(
            Between(X, other.X), Between(Y, other.Y), Between(Width, other.Width), Between(Height, other.Height));

        double Between(double from, double to) => from + (share * (to - from));
    }

    /// <summary>The smallest box around both.</summary>
    public FaceBox Around(FaceBox other)
    {
        var (left, top) = (Math.Min(X, other.X), Math.Min(Y, other.Y));
        return new FaceBox(
            left, top, Math.Max(X + Width, other.X + other.Width) - left, Math.Max(Y + Height, other.Y + other.Height) - top);
    }

    /// <summary>Intersection over union, 0 (apart) to 1 (equal).</summary>
    public double Overlap(FaceBox other)
    {
        var width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        var height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        var common = Math.Max(0, width) * Math.Max(0, height);
        return common / ((Width * Height) + (other.Width * other.Height) - common);
    }

    /// <summary>
    /// How far two boxes are from being the same: the distance of their centres in sides, and the logarithm of the ratio of
    /// their sides.
    /// </summary>
    public double Distance(FaceBox other)
    {
        var (side, others) = (Side, other.Side);
        var (right, down) = (other.CentreX - CentreX, other.CentreY - CentreY);
        return (Math.Sqrt((right * right) + (down * down)) / Math.Sqrt(side * others)) + Math.Abs(Math.Log(side / others));
    }

    /// <summary>Whether less than half of the box has left a frame at one of its edges.</summary>
    public bool IsIn(ImageSize frame) =>
        CentreX > -Width / 2 && CentreX < frame.Width + (Width / 2)
        && CentreY > -Height / 2 && CentreY < frame.Height + (Height / 2);
}
