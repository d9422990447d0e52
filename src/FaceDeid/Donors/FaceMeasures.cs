using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>What one looks for in a donor: how a face looks and what it does, whoever it is.</summary>
/// <param name="Skin">The colours of its skin, CIE L*a*b*.</param>
/// <param name="Light">How much lighter the skin is at its right end in the picture than at its left, in L*.</param>
/// <param name="Beard">Lightness of the skin minus that of the chin, in L*.</param>
/// <param name="Moustache">Lightness of the skin minus that of the upper lip, in L*.</param>
/// <param name="Brows">Lightness of the skin minus that of the brows, in L*.</param>
/// <param name="Yaw">Where the nose is between the ends of the jaw, -1 to 1; 0: in the middle.</param>
/// <param name="Pitch">How far the nose's tip is below the eyes, in lengths from the bridge of the nose to the chin.</param>
/// <param name="Mouth">How far the lips are open, in widths of the inner mouth.</param>
/// <param name="Smile">How high the corners of the mouth are above the upper lip, in distances between the eyes.</param>
/// <param name="Eyes">How far the lids are open, in widths of an eye.</param>
internal sealed record FaceMeasures(
    SkinColours Skin, double Light, double Beard, double Moustache, double Brows, double Yaw,
    double Pitch, double Mouth, double Smile, double Eyes)
{
    /// <summary>An opening of the lips from which on the inside of the mouth is seen.</summary>
    public const double OpenMouth = 0.06;

    /// <summary>Measures a face in a picture (<c>CV_32FC3</c>, CIE L*a*b*).</summary>
    public static FaceMeasures Of(Mat lab, IReadOnlyList<Complex> p)
    {
        using var sure = SureSkin.Mask(p, lab.Size());
        return Of(lab, p, SkinColours.Of(lab, sure), LightSlope.Of(lab, sure));
    }

    /// <summary>Measures a face of which skin and light are known already.</summary>
    public static FaceMeasures Of(Mat lab, IReadOnlyList<Complex> p, SkinColours skin, LightSlope light) =>
        new(skin, light.Right * FaceMesh.WidthOf(p), DarkerThan(skin, lab, ChinOf(p)), DarkerThan(skin, lab, UpperLipOf(p)),
            BrowsOf(lab, p, skin), YawOf(p), PitchOf(p), MouthOf(p), SmileOf(p), EyesOf(p));

    /// <summary>Lightness of the skin minus that of the brows, in L*.</summary>
    public static double BrowsOf(Mat lab, IReadOnlyList<Complex> p, SkinColours skin) => DarkerThan(skin, lab, BrowsOf(p));

    // What lies outside of the picture is taken for skin.
    private static double DarkerThan(SkinColours skin, Mat lab, Point[] polygon) =>
        MeanLightness(lab, polygon) is { } lightness ? skin.Tone.Item0 - lightness : 0;

    /// <summary>The same face in a mirror.</summary>
    public FaceMeasures Mirrored() => this with { Light = -Light, Yaw = -Yaw };

    // Between the lower lip and the jaw line.
    private static Point[] ChinOf(IReadOnlyList<Complex> p) => Polygon(
        Between(p[48], p[4], 0.35), Between(p[48], p[5], 0.8), Between(p[58], p[7], 0.8), Between(p[57], p[8], 0.8),
        Between(p[56], p[9], 0.8), Between(p[54], p[11], 0.8), Between(p[54], p[12], 0.35), Between(p[56], p[9], 0.3),
        Between(p[57], p[8], 0.3), Between(p[58], p[7], 0.3));

    private static Point[] UpperLipOf(IReadOnlyList<Complex> p) => Polygon(
        Between(p[31], p[49], 0.45), Between(p[33], p[51], 0.4), Between(p[35], p[53], 0.45), Between(p[35], p[53], 0.85),
        Between(p[33], p[51], 0.85), Between(p[31], p[49], 0.85));

    private static Point[] BrowsOf(IReadOnlyList<Complex> p)
    {
        // A band as thick as a brow, along both.
        var up = (p[27] - p[8]) * 0.03;
        return Polygon([.. p.Skip(17).Take(10).Select(b => b + up), .. p.Skip(17).Take(10).Reverse().Select(b => b - up)]);
    }

    private static Point[] Polygon(params IEnumerable<Complex> corners) => [.. corners.Select(SureSkin.ToPoint)];

    private static Complex Between(Complex a, Complex b, double share) => a + ((b - a) * share);

    private static double? MeanLightness(Mat lab, Point[] polygon)
    {
        var around = Cv2.BoundingRect(polygon).Intersect(new Rect(default, lab.Size()));
        if (around.Width <= 0 || around.Height <= 0)
            return null;
        using var part = lab.SubMat(around);
        using var mask = new Mat(around.Size, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(mask, [polygon.Select(p => p - around.TopLeft)], Scalar.White);
        return Cv2.CountNonZero(mask) > 0 ? Cv2.Mean(part, mask).Val0 : null;
    }

    private static double YawOf(IReadOnlyList<Complex> p)
    {
        var (left, right) = (Length(p, 30, 2), Length(p, 14, 30));
        return (left - right) / (left + right);
    }

    private static double PitchOf(IReadOnlyList<Complex> p)
    {
        var down = p[8] - p[27];
        return Along(p[30] - ((FaceMesh.LeftEye(p) + FaceMesh.RightEye(p)) / 2), down) / down.Magnitude;
    }

    /// <summary>How far the lips are open, in widths of the inner mouth.</summary>
    public static double MouthOf(IReadOnlyList<Complex> p) =>
        (Length(p, 62, 66) + Length(p, 61, 67) + Length(p, 63, 65)) / 3 / Math.Max(Length(p, 64, 60), 1);

    private static double SmileOf(IReadOnlyList<Complex> p) =>
        Along(((p[48] + p[54]) / 2) - p[62], p[27] - p[8]) / FaceMesh.InterocularOf(p);

    private static double EyesOf(IReadOnlyList<Complex> p) =>
        (((Length(p, 37, 41) + Length(p, 38, 40)) / Math.Max(Length(p, 36, 39), 1))
        + ((Length(p, 43, 47) + Length(p, 44, 46)) / Math.Max(Length(p, 42, 45), 1))) / 4;

    private static double Length(IReadOnlyList<Complex> p, int from, int to) => (p[to] - p[from]).Magnitude;

    // Length of a vector in a direction.
    private static double Along(Complex vector, Complex direction) =>
        ((vector * Complex.Conjugate(direction)) / direction.Magnitude).Real;
}
