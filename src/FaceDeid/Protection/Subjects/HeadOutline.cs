using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Protection.Subjects;

/// <summary>
/// The outline of a whole head: hair, ears, and hair that falls beside the neck. It follows the face's axis, from the chin
/// through the eyes, and reaches further to where a turned head has its back.
/// </summary>
internal static class HeadOutline
{
    /// <summary>How wide a head with its hair is, in widths of the face from ear to ear.</summary>
    public const double Widths = 2.2;

    // In widths of the face, from ear to ear (docs/deidentify.md, The whole head).
    private const double Side = Widths / 2; // from the middle, to either side
    private const double Top = 1.25; // above the eyes
    private const double Bottom = 0.45; // below the chin
    private const double UnknownBack = 0.3; // further to both sides, where nobody knows to which the head is turned

    private const double Back = 0.8; // further to one side, of the way from the nose to the middle of the jaw's ends
    private const double Roundness = 2.5; // exponent of the curve (Lame's; 2 is an ellipse): there is hair beside the neck
    private const int Corners = 72;

    // What a box of its own says of an upright face, and of one whose box is that of the turned face.
    private const double EyesAboveMiddle = 0.08; // of the face's height, from the hairline to the chin
    private const double WidthOfTurned = 0.8; // of the box's longer side

    /// <summary>The corners of the outline, in pixels of the picture; they may lie beyond it.</summary>
    public static Point[] Create(Subject subject)
    {
        var head = subject.HasReliableLandmarks ? ByLandmarks(subject) : ByBox(subject);
        var up = head.Eyes == head.Chin ? -Complex.ImaginaryOne : Direction(head.Eyes - head.Chin);
        var across = up * Complex.ImaginaryOne;
        var top = Along(up, head.Eyes) + (Top * head.Width);
        var bottom = Along(up, head.Chin) - (Bottom * head.Width);
        var back = head.IsSideKnown ? Back * Along(across, head.Middle - head.Nose) : 0;
        var centre = (up * (top + bottom) / 2) + (across * (Along(across, head.Middle) + (back / 2)));
        var halfHeight = up * (top - bottom) / 2;
        var halfWidth = across
            * (((Side + (head.IsSideKnown ? 0 : UnknownBack)) * head.Width) + (Math.Abs(back) / 2));
        return [.. Enumerable.Range(0, Corners).Select(i =>
        {
            var (sin, cos) = Math.SinCos(i * Math.Tau / Corners);
            var corner = centre + (halfWidth * Rounded(cos)) + (halfHeight * Rounded(sin));
            return new Point(Math.Round(corner.Real), Math.Round(corner.Imaginary));
        })];
    }

    private static Head ByLandmarks(Subject subject)
    {
        var p = subject.Landmarks.ToComplex();
        var eyes = p[36..48].Aggregate(Complex.Add) / 12;
        return new Head(
            eyes, Chin: p[8], Middle: (p[0] + p[16]) / 2, Nose: p[30],
            Math.Max(subject.Box.Width, (p[16] - p[0]).Magnitude), IsSideKnown: true);
    }

    private static Head ByBox(Subject subject)
    {
        var (box, roll) = (subject.Box, subject.Face.Roll);
        var up = Complex.FromPolarCoordinates(1, (roll - 90) * Math.PI / 180);
        var middle = new Complex(box.CentreX(), box.CentreY());
        var longer = Math.Max(box.Width, box.Height);
        var (width, height) = roll == 0 ? (box.Width, box.Height) : (WidthOfTurned * longer, longer);
        return new Head(
            middle + (up * EyesAboveMiddle * height), Chin: middle - (up * height / 2), middle, Nose: middle, width,
            IsSideKnown: false);
    }

    private static Complex Direction(Complex way) => way / way.Magnitude;

    private static double Along(Complex axis, Complex point) => (point * Complex.Conjugate(axis)).Real;

    private static double Rounded(double share) => Math.Sign(share) * Math.Pow(Math.Abs(share), 2 / Roundness);

    /// <summary>Where a head is.</summary>
    /// <param name="Eyes">Between the eyes.</param>
    /// <param name="Chin">The tip of the chin.</param>
    /// <param name="Middle">Between the ears.</param>
    /// <param name="Nose">The tip of the nose.</param>
    /// <param name="Width">From ear to ear, in pixels.</param>
    /// <param name="IsSideKnown">Whether the nose tells to which side the head is turned.</param>
    private readonly record struct Head(
        Complex Eyes, Complex Chin, Complex Middle, Complex Nose, double Width, bool IsSideKnown);
}
