using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>Lets a donor look where the subject looks: the irises move between the lids.</summary>
internal static class EyeShift
{
    private const double MostAcross = 0.22; // of the eye's width: from nearly the middle to the corner
    private const double MostDown = 0.08; // the same
    private const double Around = 0.15; // of the eye's width: lashes and lids that move a little, too
    private const double High = 0.6; // of the eye's width: what moves is as high

    /// <summary>Moves the irises of a donor's texture (<c>CV_8UC3</c>) in place.</summary>
    /// <param name="texture">The texture.</param>
    /// <param name="points">Its landmarks.</param>
    /// <param name="subject">Where the subject looks.</param>
    public static void Move(Mat texture, Complex[] points, Gaze subject)
    {
        var donor = Gaze.Of(texture, points);
        Move(texture, points[36], points[39], donor.Left, subject.Left);
        Move(texture, points[42], points[45], donor.Right, subject.Right);
    }

    private static unsafe void Move(Mat texture, Complex left, Complex right, Complex? donor, Complex? subject)
    {
        if (donor is not { } from || subject is not { } to)
            return;
        var across = right - left;
        var way = new Complex(
            Math.Clamp((to - from).Real, -MostAcross, MostAcross),
            Math.Clamp((to - from).Imaginary, -MostDown, MostDown)) * across;
        var (middle, width) = ((left + right) / 2, across.Magnitude);
        var (along, beside) = (across * (0.5 + Around), across * (High / 2));
        var (reachX, reachY) = (
            Math.Abs(along.Real) + Math.Abs(beside.Imaginary), Math.Abs(along.Imaginary) + Math.Abs(beside.Real));
        var around = Rect.FromLTRB(
            (int)(middle.Real - reachX), (int)(middle.Imaginary - reachY), (int)(middle.Real + reachX) + 1,
            (int)(middle.Imaginary + reachY) + 1).Intersect(new Rect(0, 0, texture.Width, texture.Height));
        if (around.Width <= 0 || around.Height <= 0)
            return;
        using var map = new Mat(around.Size, MatType.CV_32FC2);
        for (var y = 0; y < around.Height; y++)
        {
            var row = (float*)map.Ptr(y);
            for (var x = 0; x < around.Width; x++)
            {
                var at = new Complex(x + around.X, y + around.Y);
                var inEye = (at - middle) / across; // the corners at -0.5 and 0.5
                var distance = new Complex(inEye.Real / (0.5 + Around), inEye.Imaginary / (High / 2)).Magnitude;
                var source = at - (way * LabPixels.Ramp((float)((1 - distance) * 1.6)));
                (row[2 * x], row[(2 * x) + 1]) = ((float)source.Real, (float)source.Imaginary);
            }
        }

        using var none = new Mat();
        using var moved = texture.Remap(map, none, InterpolationFlags.Cubic, BorderTypes.Replicate);
        using var place = texture.SubMat(around);
        moved.CopyTo(place);
    }
}
