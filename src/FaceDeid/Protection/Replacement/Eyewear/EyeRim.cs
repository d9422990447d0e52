using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// What surrounds an eye, in polar coordinates that are wider than high, as glasses are: columns are directions, from the nose
/// down, outwards and up; rows go away from the eye.
/// </summary>
internal sealed class EyeRim
{
    private const int Directions = 72;
    private const int Radii = 30;
    private const double Nearest = 7; // pixels of the patch, upwards
    private const double Furthest = 27;
    private const double Wider = 1.35;

    private const float MostEdge = 25; // in L*: more says no more
    private const float LensEdge = 15; // in L*: of a lens that hides the eye, the mean below it
    private const float LensDark = 0.66f; // of the skin below

    private static readonly System.Range Below = 3..34; // directions in which no brow is
    private static readonly Complex FromEye = new(2, 2.5); // pixels outwards and down: where the middle of a lens is

    private readonly Complex _middle;
    private readonly int _toNose; // 1 or -1: along x

    /// <summary>Looks around an eye.</summary>
    /// <param name="patch">Lightness, <c>CV_32FC1</c>.</param>
    /// <param name="eye">The middle of the eye in it.</param>
    /// <param name="isLeft">Whether it is the eye that is left in the picture.</param>
    public EyeRim(Mat patch, Complex eye, bool isLeft)
    {
        _toNose = isLeft ? 1 : -1;
        _middle = eye + new Complex(-_toNose * FromEye.Real, FromEye.Imaginary);
        using var around = Unrolled(patch);
        using var lines = ThinLines.Of(around);
        using var contrast = ThinLines.AsFrame(lines);
        var frame = BestLine.Of(contrast, closed: true);
        (Frame, Contrast) = (Points(frame.Rows), frame.Values[Below]);
        using var edges = ThinLines.Compare(around, (nearer, _, further) => Math.Clamp(further - nearer, 0, MostEdge));
        var edge = BestLine.Of(edges, closed: true);
        Lens = Points(edge.Rows);
        LensHidesEye = edge.Values[Below].Average() > LensEdge && IsDark(around, edge.Rows);
    }

    /// <summary>Where a frame is seen best, in the patch.</summary>
    public Point[] Frame { get; }

    /// <summary>How well it is seen below the eye, in L*.</summary>
    public float[] Contrast { get; }

    /// <summary>The edge of a lens, in the patch.</summary>
    public Point[] Lens { get; }

    /// <summary>Whether it is a lens that no eye is seen through.</summary>
    public bool LensHidesEye { get; }

    private static double Radius(int row) => Nearest + ((Furthest - Nearest) * row / (Radii - 1));

    // Nearly all of the lower half is much darker than what lies below.
    private static bool IsDark(Mat around, int[] edge)
    {
        const int beyond = 4; // pixels
        var (inside, outside) = (new List<float>(), new List<float>());
        for (var y = 0; y < Radii; y++)
        {
            var row = around.Row<float>(y);
            for (var x = Below.Start.Value; x < Below.End.Value; x++)
            {
                if (y <= edge[x])
                    inside.Add(row[x]);
                if (y == Math.Min(Radii - 1, edge[x] + beyond))
                    outside.Add(row[x]);
            }
        }

        inside.Sort();
        outside.Sort();
        return inside[inside.Count * 85 / 100] < LensDark * outside[outside.Count / 2];
    }

    private Mat Unrolled(Mat patch)
    {
        using var map = new Mat(Radii, Directions, MatType.CV_32FC2);
        for (var y = 0; y < Radii; y++)
        {
            var row = map.Row<Vec2f>(y);
            for (var x = 0; x < Directions; x++)
            {
                var p = At(x, y);
                row[x] = new Vec2f((float)p.Real, (float)p.Imaginary);
            }
        }

        using var none = new Mat();
        return patch.Remap(map, none, InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    private Complex At(int direction, int row)
    {
        var (sin, cos) = Math.SinCos(direction * Math.Tau / Directions);
        return _middle + (Radius(row) * new Complex(_toNose * Wider * cos, sin));
    }

    private Point[] Points(int[] rows) => [.. rows.Select((y, x) => Glasses.ToFine(At(x, y)))];
}
