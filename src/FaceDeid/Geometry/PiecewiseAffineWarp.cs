using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Geometry;

/// <summary>
/// A triangulated set of points, and the warp that carries what lies in its triangles onto the same triangles between other
/// points.
/// </summary>
internal sealed class PiecewiseAffineWarp
{
    private const float Nowhere = -1e6f;

    // Sampling single pixels of a picture much larger than the target would alias.
    private const double FineEnough = 0.6;
    private static readonly Complex HalfPixel = new(0.5, 0.5);

    private readonly (int A, int B, int C)[] _triangles;

    /// <summary>Triangulates points (Delaunay).</summary>
    public PiecewiseAffineWarp(IReadOnlyList<Complex> points)
    {
        var left = points.Min(p => p.Real) - 1;
        var top = points.Min(p => p.Imaginary) - 1;
        using var subdivision = new Subdiv2D(new Rect(
            (int)Math.Floor(left), (int)Math.Floor(top),
            (int)Math.Ceiling(points.Max(p => p.Real) - left) + 3, (int)Math.Ceiling(points.Max(p => p.Imaginary) - top) + 3));
        var vertices = points.Select(p => new Point2f((float)p.Real, (float)p.Imaginary)).ToArray();
        subdivision.Insert(vertices);
        _triangles = [.. subdivision.GetTriangleList()
            .Select(t => (A: Nearest(t.Item0, t.Item1), B: Nearest(t.Item2, t.Item3), C: Nearest(t.Item4, t.Item5)))
            .Where(t => t.A >= 0 && t.B >= 0 && t.C >= 0)
            .Order()];

        // Corners that are none of the points belong to the triangle that OpenCV puts around everything.
        int Nearest(float x, float y) => Array.FindIndex(vertices, v => Math.Abs(v.X - x) < 1e-2 && Math.Abs(v.Y - y) < 1e-2);
    }

    /// <summary>
    /// The pixels of a source, between its points, carried to the target's points; elsewhere the source's first pixel. The caller
    /// owns the result, which has the source's type.
    /// </summary>
    /// <param name="source">Any 8-bit picture.</param>
    /// <param name="from">The points in the source, in pixels.</param>
    /// <param name="to">The same points in the target.</param>
    /// <param name="size">The target's size in pixels.</param>
    public Mat Apply(Mat source, IReadOnlyList<Complex> from, IReadOnlyList<Complex> to, Size size)
    {
        using var map = Map(from, to, size);
        using var none = new Mat();
        return source.Remap(map, none, InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <summary>
    /// The same, keeping what is fine: what becomes larger is interpolated bicubically; what becomes much smaller is halved
    /// first, as often as it takes.
    /// </summary>
    public Mat Warped(Mat source, IReadOnlyList<Complex> from, IReadOnlyList<Complex> to, Size size)
    {
        var scale = SimilarityTransform.Between(from, to).Scale;
        if (scale < FineEnough && Math.Min(source.Width, source.Height) > 1)
        {
            var half = new Size(source.Width / 2, source.Height / 2);
            using var whole = source.SubMat(0, 2 * half.Height, 0, 2 * half.Width);
            using var halved = whole.Resize(half, 0, 0, InterpolationFlags.Area);
            return Warped(halved, [.. from.Select(p => (p - HalfPixel) / 2)], to, size);
        }

        using var map = Map(from, to, size);
        using var none = new Mat();
        return source.Remap(
            map, none, scale < 1 ? InterpolationFlags.Linear : InterpolationFlags.Cubic, BorderTypes.Replicate);
    }

    /// <summary>
    /// For each pixel of the target, where it is in the source, x and y; far outside where it is in no triangle.
    /// <c>CV_32FC2</c>; the caller owns it.
    /// </summary>
    public Mat Map(IReadOnlyList<Complex> from, IReadOnlyList<Complex> to, Size size)
    {
        var map = new Mat(size, MatType.CV_32FC2, Scalar.All(Nowhere));
        foreach (var (a, b, c) in _triangles)
            Fill(map, from[a], from[b], from[c], to[a], to[b], to[c]);
        return map;
    }

    private static unsafe void Fill(Mat map, Complex fromA, Complex fromB, Complex fromC, Complex a, Complex b, Complex c)
    {
        var area = Cross(b - a, c - a);
        if (Math.Abs(area) < 1e-9)
            return;
        const double edge = 1e-3; // neighbours share their edge: no pixel falls between them
        var top = Math.Max(0, (int)Math.Ceiling(Math.Min(a.Imaginary, Math.Min(b.Imaginary, c.Imaginary)) - edge));
        var bottom = Math.Min(map.Height - 1, (int)Math.Floor(Math.Max(a.Imaginary, Math.Max(b.Imaginary, c.Imaginary)) + edge));
        var width = map.Width;

        // How the shares of b and c, and with them the source, grow from one pixel to the next.
        var perPixel = (B: (c - a).Imaginary / area, C: -(b - a).Imaginary / area);
        var sourcePerPixel = (perPixel.B * (fromB - fromA)) + (perPixel.C * (fromC - fromA));
        for (var y = top; y <= bottom; y++)
        {
            var start = new Complex(0, y) - a;
            var shares = (B: Cross(start, c - a) / area, C: Cross(b - a, start) / area);
            var (left, right) = (0.0, width - 1.0);
            Clip(shares.B + edge, perPixel.B);
            Clip(shares.C + edge, perPixel.C);
            Clip(1 + edge - shares.B - shares.C, -perPixel.B - perPixel.C);
            var first = (int)Math.Ceiling(left);
            var last = (int)Math.Floor(right);
            var source = fromA + (shares.B * (fromB - fromA)) + (shares.C * (fromC - fromA));
            var row = (float*)map.Ptr(y);
            for (var x = first; x <= last; x++)
            {
                row[2 * x] = (float)(source.Real + (x * sourcePerPixel.Real));
                row[(2 * x) + 1] = (float)(source.Imaginary + (x * sourcePerPixel.Imaginary));
            }

            // Narrows the row to where a value that grows by so much per pixel is not negative.
            void Clip(double atZero, double growth)
            {
                if (growth > 0)
                    left = Math.Max(left, -atZero / growth);
                else if (growth < 0)
                    right = Math.Min(right, atZero / -growth);
                else if (atZero < 0)
                    right = -1;
            }
        }
    }

    private static double Cross(Complex a, Complex b) => (a.Real * b.Imaginary) - (a.Imaginary * b.Real);
}
