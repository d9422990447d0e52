using System.Numerics;
using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Networks;

/// <summary>A small CNN that puts 68 points on a face of 64 x 64 gray pixels. Thread-safe.</summary>
internal sealed class LandmarkNetwork(string modelFile) : IKeepsMemory, IDisposable
{
    /// <summary>Side in pixels of what the network is shown.</summary>
    public const int Side = 64;

    private const int Count = 68;

    private readonly Network _network = new(modelFile);

    /// <summary>
    /// The points of a face in a box of a gray picture (<c>CV_8UC1</c>), in its pixels. What of the box lies outside of the
    /// picture repeats the picture's edge.
    /// </summary>
    public Complex[] Points(Mat gray, Box box)
    {
        using var face = Cut(gray, box);
        return [.. Parts(face).Select(point =>
            new Complex(box.X + (point.Real * box.Width), box.Y + (point.Imaginary * box.Height)))];
    }

    /// <summary>The points of a face in an upright square, whose sides are turned in the picture, in its pixels.</summary>
    /// <param name="bgr">The picture, <c>CV_8UC3</c>.</param>
    /// <param name="centre">The square's centre in pixels of the picture.</param>
    /// <param name="side">Its side.</param>
    /// <param name="turn">Its right side's direction in the picture, a number of magnitude 1.</param>
    public Complex[] Points(Mat bgr, Complex centre, double side, Complex turn)
    {
        var cut = SimilarityTransform.ToSquare(centre, side, turn, Side);
        using var colours = bgr.WarpReduced(cut, new Size(Side, Side));
        using var face = colours.CvtColor(ColorConversionCodes.BGR2GRAY);
        return cut.Inverse.Apply([.. Parts(face).Select(point => point * Side)]);
    }

    /// <summary>Gives back what all networks keep: they share one store, and this one's calculation is the smallest.</summary>
    public void GiveBack()
    {
        using var nothing = new Mat(Side, Side, MatType.CV_8UC1, Scalar.Black);
        using var input = new NetworkInput(1, 1, nothing.Size()).Put(0, nothing, 1, 0);
        _network.Run(input, givesBack: true).Dispose();
    }

    public void Dispose() => _network.Dispose();

    /// <summary>The points in parts of the face's sides.</summary>
    private Complex[] Parts(Mat face)
    {
        using var input = new NetworkInput(1, 1, face.Size()).Put(0, face, 1 / 256.0, 0);
        using var answer = _network.Run(input);
        var values = answer[0];
        var points = new Complex[Count];
        for (var i = 0; i < points.Length; i++)
            points[i] = new Complex(values[2 * i], values[(2 * i) + 1]);
        return points;
    }

    private static Mat Cut(Mat gray, Box box)
    {
        var wanted = new Rect(box.X, box.Y, box.Width, box.Height);
        var inside = wanted.Intersect(new Rect(0, 0, gray.Width, gray.Height));
        if (inside.Width <= 0 || inside.Height <= 0)
            return new Mat(Side, Side, MatType.CV_8UC1, Scalar.Black);

        // Reduced before it is padded: a box can be far larger than the picture.
        var (perX, perY) = (Side / (double)box.Width, Side / (double)box.Height);
        var (left, top) = ((int)((inside.X - wanted.X) * perX), (int)((inside.Y - wanted.Y) * perY));
        var size = new Size(
            Math.Clamp((int)Math.Round(inside.Width * perX), 1, Side - left),
            Math.Clamp((int)Math.Round(inside.Height * perY), 1, Side - top));
        using var part = gray.SubMat(inside);
        using var reduced = part.Resize(size, 0, 0, InterpolationFlags.Area);
        var face = new Mat();
        Cv2.CopyMakeBorder(reduced, face, top, Side - top - size.Height, left, Side - left - size.Width, BorderTypes.Replicate);
        return face;
    }
}
