using FaceDeid.Geometry;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>
/// A known face cut out of its picture, made smaller, perhaps turned, covered in part, blurred, darkened or brightened, on a
/// piece of a picture without people, as a JPEG shows it. All that is left to chance comes from a seed.
/// </summary>
internal sealed class FaceScene : IDisposable
{
    private static readonly Size Frame = new(320, 240);

    private FaceScene(Mat pixels, Box truth, FaceCover cover, double roll, double gain) =>
        (Pixels, Truth, Cover, Roll, Gain) = (pixels, truth, cover, roll, gain);

    /// <summary>320 x 240 pixels, owned by the scene.</summary>
    public Mat Pixels { get; }

    /// <summary>Where the face is.</summary>
    public Box Truth { get; }

    /// <summary>What covers it.</summary>
    public FaceCover Cover { get; }

    /// <summary>Degrees by which it is turned.</summary>
    public double Roll { get; }

    /// <summary>How many times brighter it is than it was.</summary>
    public double Gain { get; }

    /// <summary>Makes a scene.</summary>
    /// <param name="decoder">Reads the scene's JPEG.</param>
    /// <param name="person">A picture of one person, <c>CV_8UC3</c>.</param>
    /// <param name="face">The face's box in it.</param>
    /// <param name="background">A picture of nobody.</param>
    /// <param name="seed">Where chance begins.</param>
    public static FaceScene Make(ImageDecoder decoder, Mat person, Box face, Mat background, int seed)
    {
        var chance = new Random(seed);
        var size = Math.Min(10 * Math.Pow(12, chance.NextDouble()), Math.Min(face.Width, face.Height)); // 10 to 120 pixels
        var scale = size / Math.Min(face.Width, face.Height);
        var roll = chance.NextDouble() < 0.5 ? 0 : (chance.NextDouble() - 0.5) * 80;
        var cover = chance.NextDouble() switch
        {
            < 0.55 => FaceCover.None,
            < 0.67 => FaceCover.Mask,
            < 0.79 => FaceCover.Half,
            < 0.88 => FaceCover.Eyes,
            _ => FaceCover.Hood,
        };
        var gain = chance.NextDouble() switch
        {
            < 0.6 => 1,
            < 0.8 => 0.08 + (0.4 * chance.NextDouble()),
            _ => 1.3 + (0.8 * chance.NextDouble()),
        };
        using var covered = Covered(person, face, cover, chance);
        using var small = covered.Resize(default, scale, scale, scale < 1 ? InterpolationFlags.Area : InterpolationFlags.Linear);
        var here = new Point2d(face.CentreX() * scale, face.CentreY() * scale);
        var there = new Point2d(
            Frame.Width * (0.3 + (0.4 * chance.NextDouble())), Frame.Height * (0.3 + (0.3 * chance.NextDouble())));
        var turn = new Turn(roll, here, there);
        using var placed = turn.Apply(small, Frame);
        using var shape = Head(small.Size(), here, face.Width * scale, face.Height * scale);
        using var mask = turn.Apply(shape, Frame);
        using var scene = Piece(background, chance);
        placed.CopyTo(scene, mask);
        var truth = Boxes.Around(there.X, there.Y, face.Width * scale, face.Height * scale);
        return new FaceScene(AsCamera(decoder, scene, chance, gain), truth, cover, roll, gain);
    }

    public void Dispose() => Pixels.Dispose();

    private static Mat Covered(Mat person, Box face, FaceCover cover, Random chance)
    {
        var covered = person.Clone();
        var colour = new Scalar(chance.Next(256), chance.Next(256), chance.Next(256));
        var left = chance.Next(2) == 0;
        switch (cover)
        {
            case FaceCover.Mask:
                Fill(-0.05, 0.55, 1.05, 1.1);
                break;
            case FaceCover.Half:
                Fill(left ? -0.3 : 0.5, -0.2, left ? 0.5 : 1.3, 1.2);
                break;
            case FaceCover.Eyes:
                Fill(0.02, 0.28, 0.98, 0.5);
                break;
            case FaceCover.Hood:
                Fill(-0.5, -0.5, 1.5, 0.2);
                Fill(-0.5, -0.5, 0.1, 1.3);
                Fill(0.9, -0.5, 1.5, 1.3);
                Fill(-0.5, 0.95, 1.5, 1.4);
                break;
        }

        return covered;

        void Fill(double x0, double y0, double x1, double y1) => Cv2.Rectangle(
            covered,
            new Rect(
                (int)(face.X + (x0 * face.Width)), (int)(face.Y + (y0 * face.Height)),
                (int)((x1 - x0) * face.Width), (int)((y1 - y0) * face.Height)),
            colour, thickness: -1);
    }

    /// <summary>A head and shoulders around a face, as a mask.</summary>
    private static Mat Head(Size size, Point2d centre, double width, double height)
    {
        var mask = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        Ellipse(centre.Y - (0.05 * height), 0.8 * width, 0.85 * height);
        Ellipse(centre.Y + (2.2 * height), 1.6 * width, 1.6 * height);
        return mask;

        void Ellipse(double y, double halfWidth, double halfHeight) => Cv2.Ellipse(
            mask, new Point((int)centre.X, (int)y), new Size(halfWidth, halfHeight), 0, 0, 360, Scalar.White, thickness: -1);
    }

    private static Mat Piece(Mat background, Random chance)
    {
        using var large = background.Width >= Frame.Width && background.Height >= Frame.Height
            ? background.Clone()
            : background.Resize(Frame);
        var (x, y) = (chance.Next(large.Width - Frame.Width + 1), chance.Next(large.Height - Frame.Height + 1));
        using var part = large.SubMat(new Rect(new Point(x, y), Frame));
        return part.Clone();
    }

    private static Mat AsCamera(ImageDecoder decoder, Mat scene, Random chance, double gain)
    {
        using var soft = chance.NextDouble() < 0.5
            ? scene.Clone()
            : scene.GaussianBlur(default, 0.2 + (1.3 * chance.NextDouble()));
        using var light = new Mat();
        soft.ConvertTo(light, MatType.CV_16SC3, gain);
        using var noise = new Mat(light.Size(), MatType.CV_16SC3);
        Cv2.SetTheRNG((ulong)chance.Next());
        Cv2.Randn(noise, Scalar.All(0), Scalar.All(4 * chance.NextDouble()));
        Cv2.Add(light, noise, light);
        using var seen = new Mat();
        light.ConvertTo(seen, MatType.CV_8UC3);
        using var read = decoder.Decode(
            ImageEncoder.Encode(seen, alpha: null, new ImageOutput(ImageFormat.Jpeg, chance.Next(40, 96))));
        return read.ToLook();
    }
}

/// <summary>What covers a face.</summary>
internal enum FaceCover
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A mask over nose, mouth and chin.</summary>
    Mask,

    /// <summary>Its left or right half is covered.</summary>
    Half,

    /// <summary>A bar over the eyes.</summary>
    Eyes,

    /// <summary>A hood: the middle of the face alone is seen.</summary>
    Hood,
}
