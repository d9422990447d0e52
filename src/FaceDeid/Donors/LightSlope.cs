using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// From where and how strongly light falls: how lightness changes across the skin of a face, from left to right and from top to
/// bottom. Two numbers say little of whose face it is.
/// </summary>
/// <param name="Right">L* a pixel to the right.</param>
/// <param name="Down">L* a pixel down.</param>
/// <param name="Centre">Where it changes nothing.</param>
internal readonly record struct LightSlope(float Right, float Down, Complex Centre = default)
{
    private const double Most = 24; // in L*, across the face
    private const double Share = 0.8; // of the difference: a face that is less round than another needs less
    private const int Fewest = 60; // pixels that say anything

    /// <summary>That of the skin inside a mask, by least squares; none where there is too little.</summary>
    public static LightSlope Of(Mat lab, Mat skin)
    {
        double n = 0, sx = 0, sy = 0, sl = 0, sxx = 0, sxy = 0, syy = 0, sxl = 0, syl = 0;
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y += 2)
        {
            var row = lab.Row<float>(y);
            var inside = skin.Row<byte>(y);
            for (var x = 0; x < columns; x += 2)
            {
                if (inside[x] == 0)
                    continue;
                var l = (double)row[3 * x];
                (n, sx, sy, sl) = (n + 1, sx + x, sy + y, sl + l);
                (sxx, sxy, syy) = (sxx + ((double)x * x), sxy + ((double)x * y), syy + ((double)y * y));
                (sxl, syl) = (sxl + (x * l), syl + (y * l));
            }
        }

        var (xx, xy, yy) = (sxx - (sx * sx / n), sxy - (sx * sy / n), syy - (sy * sy / n));
        var (xl, yl) = (sxl - (sx * sl / n), syl - (sy * sl / n));
        var determinant = (xx * yy) - (xy * xy);
        return n < Fewest || determinant < 1e-6
            ? default
            : new LightSlope((float)(((xl * yy) - (yl * xy)) / determinant), (float)(((yl * xx) - (xl * xy)) / determinant));
    }

    /// <summary>What gives a face of another light this one.</summary>
    /// <param name="other">The other's light.</param>
    /// <param name="centre">Where nothing changes.</param>
    /// <param name="width">The face's width in pixels.</param>
    public LightSlope Minus(LightSlope other, Complex centre, double width)
    {
        var most = Most / width;
        return new LightSlope(
            (float)Math.Clamp(Share * (Right - other.Right), -most, most),
            (float)Math.Clamp(Share * (Down - other.Down), -most, most), centre);
    }

    /// <summary>Adds it to the lightness of pixels (<c>CV_32FC3</c>) in place.</summary>
    public unsafe void AddTo(Mat lab)
    {
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y++)
        {
            var p = (float*)lab.Ptr(y);
            var start = (Down * (y - (float)Centre.Imaginary)) - (Right * (float)Centre.Real);
            for (var x = 0; x < columns; x++, p += 3)
                p[0] += start + (Right * x);
        }
    }
}
