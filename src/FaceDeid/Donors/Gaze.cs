using System.Numerics;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Where the iris is in each eye: what is dark between the lids, from the middle of the corners, in widths of the eye.
/// </summary>
/// <param name="Left">In the eye at the left of the picture; null: it is too small, or not open.</param>
/// <param name="Right">In the other.</param>
internal readonly record struct Gaze(Complex? Left, Complex? Right)
{
    private const double Open = 0.15; // of the eye's width: between less open lids there is more lash than iris
    private const int LeastWidth = 12; // pixels
    private const int Width = 64; // pixels to which a wider eye is reduced: bounds time and memory
    private const int FirstLeft = 36;
    private const int FirstRight = 42;

    /// <summary>Of the face with these landmarks in a picture (<c>CV_8UC3</c>).</summary>
    public static Gaze Of(Mat bgr, Landmarks68 landmarks) => Of(bgr, landmarks.ToComplex());

    /// <summary>Of a face in a picture, <c>CV_8UC3</c>, or CIE L*a*b* as <c>CV_32FC3</c>.</summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="points">68 landmarks or more.</param>
    public static Gaze Of(Mat pixels, Complex[] points) => new(
        Iris(pixels, points[FirstLeft..(FirstLeft + 6)]), Iris(pixels, points[FirstRight..(FirstRight + 6)]));

    /// <summary>How far the irises are from where they are in another face; null: in no eye could both be measured.</summary>
    public double? To(Gaze other)
    {
        var (left, right) = ((other.Left - Left)?.Magnitude, (other.Right - Right)?.Magnitude);
        return left is { } one && right is { } two ? (one + two) / 2 : left ?? right;
    }

    private static Complex? Iris(Mat pixels, Complex[] eye)
    {
        var (across, middle) = (eye[3] - eye[0], (eye[0] + eye[3]) / 2);
        var width = across.Magnitude;
        var opening = ((eye[5] - eye[1]).Magnitude + (eye[4] - eye[2]).Magnitude) / 2;
        if (width < LeastWidth || opening <= Open * width)
            return null;
        var part = Cv2.BoundingRect(SureSkin.Points(eye, ..));
        if (part.Intersect(new Rect(0, 0, pixels.Width, pixels.Height)) != part)
            return null;
        var scale = Math.Min(1, Width / width);
        using var cut = pixels.SubMat(part);
        using var small = scale < 1 ? cut.Resize(default, scale, scale, InterpolationFlags.Area) : cut.Clone();
        using var lab = pixels.Type() == MatType.CV_8UC3 ? small.ToLab() : small.Share();
        var corner = new Complex(part.X, part.Y);
        using var lids = new Mat(small.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(lids, Cv2.ConvexHull(eye.Select(p => SureSkin.ToPoint(scale * (p - corner)))), Scalar.White);
        return Darkest(lab, lids) is { } dark ? ((dark / scale) + corner - middle) / across : null;
    }

    /// <summary>The centroid of what is darker than half of what is inside a mask; null: nothing is.</summary>
    private static Complex? Darkest(Mat lab, Mat mask)
    {
        var inside = new List<(Complex At, float Lightness)>();
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                if (mask.At<byte>(y, x) != 0)
                    inside.Add((new Complex(x, y), lab.At<Vec3f>(y, x).Item0));
            }
        }

        if (inside.Count == 0)
            return null;
        var median = inside.Select(pixel => pixel.Lightness).Order().ElementAt(inside.Count / 2);
        var (sum, weight) = (Complex.Zero, 0.0);
        foreach (var (at, lightness) in inside)
        {
            var dark = Math.Max(0, median - lightness);
            (sum, weight) = (sum + (dark * at), weight + dark);
        }

        return weight > 0 ? sum / weight : null;
    }
}
