using System.Numerics;
using FaceDeid.Faces.Landmarks;

namespace FaceDeid.Donors;

/// <summary>A face with its whole forehead: 68 landmarks, and points on an arc over the brows from ear to ear.</summary>
internal static class FaceMesh
{
    private const int ForeheadPoints = 11;
    private const double ForeheadHeight = 0.56; // of the face's width, above the ends of the jaw
    private const double Narrower = 0.98; // than the ends of the jaw are apart

    /// <summary>
    /// The 68 points and half an ellipse over the ends of the jaw. Its axis goes from the chin through the brows, so that a face
    /// that is turned or nods keeps its forehead above its brows.
    /// </summary>
    public static Complex[] WithForehead(IReadOnlyList<Complex> p)
    {
        var centre = (p[0] + p[16]) / 2;
        var half = (p[16] - p[0]) / 2 * Narrower;
        var axis = BrowsOf(p) - p[8];
        var up = axis / axis.Magnitude * ForeheadHeight * WidthOf(p);
        return
        [
            .. p,
            .. Enumerable.Range(1, ForeheadPoints).Select(i => Math.PI * (1 - (i / (ForeheadPoints + 1.0))))
                .Select(angle => centre + (half * Math.Cos(angle)) + (up * Math.Sin(angle))),
        ];
    }

    /// <summary>The closed line around a face with its forehead.</summary>
    public static IEnumerable<Complex> Outline(IReadOnlyList<Complex> withForehead) =>
        withForehead.Take(17).Concat(withForehead.Skip(Landmarks68.Count).Reverse());

    /// <summary>From ear to ear, in pixels.</summary>
    public static double WidthOf(IReadOnlyList<Complex> p) => (p[16] - p[0]).Magnitude;

    /// <summary>Between the centres of the eyes, in pixels.</summary>
    public static double InterocularOf(IReadOnlyList<Complex> p) => (RightEye(p) - LeftEye(p)).Magnitude;

    /// <summary>The centre of the eye that is left in the picture.</summary>
    public static Complex LeftEye(IReadOnlyList<Complex> p) => Mean(p, 36, 42);

    /// <summary>The centre of the eye that is right in the picture.</summary>
    public static Complex RightEye(IReadOnlyList<Complex> p) => Mean(p, 42, 48);

    private static Complex BrowsOf(IReadOnlyList<Complex> p) => Mean(p, 17, 27);

    private static Complex Mean(IReadOnlyList<Complex> p, int start, int end)
    {
        var sum = Complex.Zero;
        for (var i = start; i < end; i++)
            sum += p[i];
        return sum / (end - start);
    }
}
