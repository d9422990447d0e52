using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Geometry;

/// <summary>Cuts a turned and scaled piece out of a picture.</summary>
internal static class Warp
{
    /// <summary>
    /// The picture under a similarity transform, <paramref name="size"/> pixels large. What is made smaller is averaged first,
    /// since warpAffine samples single pixels; only the part that is needed is touched. Beyond the edge the edge is repeated. The
    /// caller owns the result.
    /// </summary>
    public static Mat WarpReduced(this Mat pixels, SimilarityTransform transform, Size size)
    {
        var source = SourceOf(transform.Inverse, size, pixels.Size());
        using var part = pixels.SubMat(source);
        var reduction = Math.Max(1, 1 / transform.Scale);
        using var reduced = reduction < 1.1
            ? part.Share()
            : part.Resize(
                new Size(Math.Max(1, part.Width / reduction), Math.Max(1, part.Height / reduction)),
                0, 0, InterpolationFlags.Area);

        // Pixel z of `reduced` covers pixels around (z + 0.5) * per - 0.5 of `part`, which lies at source.TopLeft.
        var perX = part.Width / (double)reduced.Width;
        var perY = part.Height / (double)reduced.Height;
        var origin = transform.Apply(new Complex(source.X + ((perX - 1) / 2), source.Y + ((perY - 1) / 2)));
        var turn = transform.Turn;
        using var map = Mat.FromArray(new[,]
        {
            { turn.Real * perX, -turn.Imaginary * perY, origin.Real },
            { turn.Imaginary * perX, turn.Real * perY, origin.Imaginary },
        });
        return reduced.WarpAffine(map, size, InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    // The part of the source that the target's corners span, with a margin for interpolation; at least one pixel of the picture.
    private static Rect SourceOf(SimilarityTransform back, Size target, Size picture)
    {
        var corners = back.Apply(
            [Complex.Zero, target.Width, new Complex(0, target.Height), new Complex(target.Width, target.Height)]);
        var margin = 2 + (2 * back.Scale);
        var left = Math.Clamp((int)Math.Floor(corners.Min(c => c.Real) - margin), 0, picture.Width - 1);
        var top = Math.Clamp((int)Math.Floor(corners.Min(c => c.Imaginary) - margin), 0, picture.Height - 1);
        var right = Math.Clamp((int)Math.Ceiling(corners.Max(c => c.Real) + margin), left + 1, picture.Width);
        var bottom = Math.Clamp((int)Math.Ceiling(corners.Max(c => c.Imaginary) + margin), top + 1, picture.Height);
        return new Rect(left, top, right - left, bottom - top);
    }
}
