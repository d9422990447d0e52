using FaceDeid.Faces.Detection;
using FaceDeid.TestData;
using OpenCvSharp;

namespace FaceDeid.Tests.Video;

/// <summary>A head cut out of a picture, to be put into clips at any size and turn.</summary>
internal sealed class FaceSprite
{
    private const double Head = 1.5; // of the box: with hair and chin
    private const int Side = 512;

    private readonly Mat[] _levels; // each half as large as the last, with the head's opacity in the fourth channel
    private readonly double _width; // of the face's box, in parts of the sprite's side
    private readonly double _slimness; // height of that box in its widths

    private FaceSprite(Mat[] levels, double width, double slimness) => (_levels, _width, _slimness) = (levels, width, slimness);

    /// <summary>The largest face of an example picture.</summary>
    public static FaceSprite Cut(string example)
    {
        using var picture = Cv2.ImRead(TestFiles.Example(example));
        using var image = new SearchImage(picture.Clone());
        var box = Engine.Finder.Find(image, new DetectionOptions()).MaxBy(face => face.Box.Width)!.ToCommon().Box;
        var side = Math.Max(box.Width, box.Height) * Head * 1.1;
        var scale = Side / side;
        using var square = Warped(
            picture, scale, 0, new Point2d(box.X + (box.Width / 2.0), box.Y + (box.Height / 2.0)), new Size(Side, Side),
            new Point2d(Side / 2.0, Side / 2.0));
        using var opacity = new Mat(Side, Side, MatType.CV_8UC1, Scalar.Black);
        Fill(opacity, new Point2d(Side / 2.0, Side / 2.0), box.Width * scale * Head, box.Height * scale * Head, 0);
        using var soft = opacity.GaussianBlur(new Size(0, 0), Side / 60.0);
        using var sprite = new Mat();
        Cv2.Merge([.. square.Split(), soft.Clone()], sprite);
        Mat[] levels = [.. Enumerable.Range(0, 7)
            .Select(i => sprite.Resize(new Size(Side >> i, Side >> i), 0, 0, InterpolationFlags.Area))];
        return new FaceSprite(levels, box.Width * scale / Side, box.Height / (double)box.Width);
    }

    /// <summary>Draws the head, and its face's ellipse with a label into the map of half the size.</summary>
    public void Draw(Mat frame, Mat labels, byte label, Pose pose)
    {
        var scale = pose.Width / (_width * Side);
        var level = Math.Clamp((int)Math.Floor(-Math.Log2(scale)), 0, _levels.Length - 1);
        var sprite = _levels[level];
        using var warped = Warped(
            sprite, scale * (1 << level), pose.Roll, new Point2d(sprite.Width / 2.0, sprite.Height / 2.0), frame.Size(),
            new Point2d(pose.X, pose.Y));
        var channels = warped.Split();
        using var colours = new Mat();
        Cv2.Merge(channels[..3], colours);
        using var opacity = new Mat();
        Cv2.Merge([channels[3], channels[3], channels[3]], opacity);
        Blend(frame, colours, opacity);
        Array.ForEach(channels, channel => channel.Dispose());
        Fill(labels, new Point2d(pose.X / 2, pose.Y / 2), pose.Width / 2, pose.Width * _slimness / 2, pose.Roll, label);
    }

    /// <summary>How many pixels of the map of half the size a face has that nothing hides.</summary>
    public double Area(Pose pose) => Math.PI / 4 * pose.Width * pose.Width * _slimness / 4;

    private static void Blend(Mat frame, Mat colours, Mat opacity)
    {
        using var share = new Mat();
        opacity.ConvertTo(share, MatType.CV_32FC3, 1 / 255.0);
        using var before = new Mat();
        frame.ConvertTo(before, MatType.CV_32FC3);
        using var after = new Mat();
        colours.ConvertTo(after, MatType.CV_32FC3);
        Cv2.Subtract(after, before, after);
        Cv2.Multiply(after, share, after);
        Cv2.Add(before, after, before);
        before.ConvertTo(frame, MatType.CV_8UC3);
    }

    private static void Fill(
        Mat map, Point2d centre, double width, double height, double roll, double value = 255) => Cv2.Ellipse(
        map,
        new RotatedRect(
            new Point2f((float)centre.X, (float)centre.Y), new Size2f((float)width, (float)height), (float)roll),
        Scalar.All(value), thickness: -1);

    /// <summary>A picture scaled and turned clockwise, so that a point of it comes to lie at another.</summary>
    private static Mat Warped(Mat picture, double scale, double roll, Point2d from, Size size, Point2d to)
    {
        var (cos, sin) = (scale * Math.Cos(roll * Math.PI / 180), scale * Math.Sin(roll * Math.PI / 180));
        using var matrix = Mat.FromArray(new[,]
        {
            { cos, -sin, to.X - (cos * from.X) + (sin * from.Y) },
            { sin, cos, to.Y - (sin * from.X) - (cos * from.Y) },
        });
        return picture.WarpAffine(matrix, size, InterpolationFlags.Linear, BorderTypes.Constant, Scalar.Black);
    }
}

/// <summary>How a face is in a frame.</summary>
/// <param name="X">Its centre, in pixels.</param>
/// <param name="Y">Its centre, in pixels.</param>
/// <param name="Width">The width of its box, in pixels.</param>
/// <param name="Roll">Degrees by which it is turned clockwise.</param>
internal readonly record struct Pose(double X, double Y, double Width, double Roll = 0);
