using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Evaluation.Utility;

/// <summary>How the skin of a face looks before and after: the same pixels of two pictures of one size.</summary>
/// <param name="Sharpness">High-pass energy of the lightness after, in that before; null: the skin before has none.</param>
/// <param name="Lightness">Difference of the median lightness, without its sign, in L*.</param>
/// <param name="Colour">Distance of the median colours in the a*b* plane.</param>
internal readonly record struct SkinComparison(double? Sharpness, double Lightness, double Colour)
{
    private const double High = 1.2; // pixels: the Gaussian's standard deviation; what is finer is measured
    private const double Flat = 0.05; // L*: less is the rounding to bytes, and says nothing
    private const int Fewest = 60; // pixels that say anything
    private const int Side = 1024; // pixels around the nose that are looked at: bounds time and memory

    /// <summary>Compares; null: too little skin is in the picture.</summary>
    /// <param name="before">The original, <c>CV_8UC3</c>.</param>
    /// <param name="after">The de-identified picture.</param>
    /// <param name="pointsBefore">The face in the original.</param>
    /// <param name="pointsAfter">The face after; null: there is none, and the place of the skin before is looked at.</param>
    public static SkinComparison? Measure(Mat before, Mat after, Landmarks68 pointsBefore, Landmarks68? pointsAfter)
    {
        var nose = pointsBefore.Points[30];
        var part = new Rect(nose.X - (Side / 2), nose.Y - (Side / 2), Side, Side)
            .Intersect(Around(pointsBefore)).Intersect(new Rect(0, 0, before.Width, before.Height));
        if (part.Width <= 0 || part.Height <= 0)
            return null;
        // What is skin in both: a brow that moved is no difference of skin.
        using var skin = MaskOf(pointsBefore, part);
        if (pointsAfter is not null)
        {
            using var other = MaskOf(pointsAfter, part);
            Cv2.BitwiseAnd(skin, other, skin);
        }

        if (Cv2.CountNonZero(skin) < Fewest)
            return null;
        using var labBefore = LabOf(before, part);
        using var labAfter = LabOf(after, part);
        var (from, to) = (SkinColours.Of(labBefore, skin), SkinColours.Of(labAfter, skin));
        if (Math.Min(from.Count, to.Count) < SkinColours.Enough)
            return null;
        var energy = Energy(labBefore, skin);
        return new SkinComparison(
            energy < Flat ? null : Energy(labAfter, skin) / energy,
            Math.Abs(to.Tone.Item0 - from.Tone.Item0),
            double.Hypot(to.Tone.Item1 - from.Tone.Item1, to.Tone.Item2 - from.Tone.Item2));
    }

    private static Rect Around(Landmarks68 landmarks)
    {
        var box = Boxes.Around(landmarks.Points);
        var around = new Rect(box.X, box.Y, box.Width, box.Height);
        around.Inflate(8, 8); // the filter of an edge looks further
        return around;
    }

    private static Mat MaskOf(Landmarks68 landmarks, Rect part) => SureSkin.Mask(
        Array.ConvertAll(landmarks.ToComplex(), p => p - new Complex(part.X, part.Y)), part.Size);

    private static Mat LabOf(Mat bgr, Rect part)
    {
        using var cut = bgr.SubMat(part);
        return cut.ToLab();
    }

    /// <summary>Root mean square of what a Gaussian takes away of the lightness.</summary>
    private static double Energy(Mat lab, Mat mask)
    {
        using var lightness = lab.ExtractChannel(0);
        using var fine = lightness.Smooth(High);
        Cv2.Subtract(lightness, fine, fine);
        return Cv2.Norm(fine, NormTypes.L2, mask) / Math.Sqrt(Cv2.CountNonZero(mask));
    }
}
