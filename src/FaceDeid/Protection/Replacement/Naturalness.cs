using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Networks;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>How natural a worn face looks, by what a viewer would notice first.</summary>
/// <param name="Rim">Mean step of lightness across the outline, beyond the subject's own, in L*.</param>
/// <param name="Lightness">Difference of the skin's median lightness from the subject's, in L*.</param>
/// <param name="Colour">Mean distance of the skin's colours from the subject's tone, beyond the subject's own, in a*b*.</param>
/// <param name="Landmarks">Mean distance of landmarks that a network sees from those meant, in distances of the eyes.</param>
/// <param name="Sharpness">High-pass energy of eyes and nose, in that of the subject's.</param>
internal readonly record struct Naturalness(double Rim, double Lightness, double Colour, double Landmarks, double Sharpness)
{
    /// <summary>Width of a face in pixels below which nothing is told: what is wrong would not be seen, either.</summary>
    public const int LeastWidth = 40;

    // Of the faces that 300 photos of 150 people got, 2 in 100 are beyond one of these.
    private const double MostRim = 4;
    private const double MostLightness = 5;
    private const double MostColour = 4;
    private const double MostOff = 0.115;
    private const double LeastSharpness = 0.2;

    private const double Inside = 0.08; // of the face's width, from the outline: there the worn face is opaque
    private const double Outside = 0.02; // the same
    private const int Around = 120; // places on the outline
    private const int Arc = 5; // places that are taken together: texture does not count
    private const double High = 1.2; // pixels: what is finer is measured

    /// <summary>Whether it may be shown.</summary>
    public bool IsNatural => Rim <= MostRim && Lightness <= MostLightness && Colour <= MostColour
        && Landmarks <= MostOff && Sharpness >= LeastSharpness;

    /// <summary>Judges.</summary>
    /// <param name="subject">The subject as it is seen.</param>
    /// <param name="target">79 points that the worn face is meant to have in that view.</param>
    /// <param name="worn">The same view with the worn face, <c>CV_8UC3</c>.</param>
    /// <param name="box">The subject's box in the picture.</param>
    /// <param name="network">What looks for landmarks.</param>
    public static Naturalness Of(FaceView subject, Complex[] target, Mat worn, Box box, LandmarkNetwork network)
    {
        using var lab = worn.ToLab();
        using var own = subject.Lab.ExtractChannel(0);
        using var lightness = lab.ExtractChannel(0);
        using var skin = SureSkin.Mask(target, lab.Size());
        var colours = SkinColours.Of(lab, skin);
        using var ownSkin = SureSkin.Mask(subject.Points, lab.Size());
        return new Naturalness(
            Step(lightness, target) - Step(own, target),
            Math.Abs(colours.Tone.Item0 - subject.Skin.Tone.Item0),
            Scatter(lab, skin, subject.Skin) - Scatter(subject.Lab, ownSkin, subject.Skin),
            Error(worn, subject, target, box, network),
            Energy(lightness, target) / Math.Max(Energy(own, subject.Points), 0.1));
    }

    /// <summary>Mean over the outline of the difference across it, without its sign.</summary>
    private static double Step(Mat lightness, Complex[] target)
    {
        var outline = FaceMesh.Outline(target).ToArray();
        var (width, centre) = (FaceMesh.WidthOf(target), outline.Aggregate(Complex.Add) / outline.Length);
        var bounds = new Rect(default, lightness.Size());
        var steps = new List<double>();
        for (var i = 0; i < Around; i++)
        {
            var at = (double)i / Around * outline.Length;
            var (from, to) = (outline[(int)at], outline[((int)at + 1) % outline.Length]);
            var place = from + ((at - (int)at) * (to - from));
            var inwards = (centre - place) / (centre - place).Magnitude * width;
            var (inside, outside) = (SureSkin.ToPoint(place + (Inside * inwards)), SureSkin.ToPoint(place - (Outside * inwards)));
            if (bounds.Contains(inside) && bounds.Contains(outside))
                steps.Add(lightness.At<float>(inside.Y, inside.X) - lightness.At<float>(outside.Y, outside.X));
        }

        return steps.Chunk(Arc).Select(arc => Math.Abs(arc.Average())).DefaultIfEmpty(0).Average();
    }

    /// <summary>Mean distance of colours from a tone.</summary>
    private static double Scatter(Mat lab, Mat mask, SkinColours tone)
    {
        using var distance = new Mat();
        Cv2.Absdiff(lab, new Scalar(0, tone.Tone.Item1, tone.Tone.Item2), distance);
        var mean = Cv2.Mean(distance, mask);
        return double.Hypot(mean.Val1, mean.Val2);
    }

    private static double Error(Mat worn, FaceView subject, Complex[] target, Box box, LandmarkNetwork network)
    {
        using var gray = worn.CvtColor(ColorConversionCodes.BGR2GRAY);
        Complex[] corners = [new(box.X, box.Y), new(box.X + box.Width, box.Y + box.Height)];
        var seen = subject.ToView(corners);
        var place = new Box(
            (int)Math.Round(seen[0].Real), (int)Math.Round(seen[0].Imaginary), (int)Math.Round((seen[1] - seen[0]).Real),
            (int)Math.Round((seen[1] - seen[0]).Imaginary));
        return network.Points(gray, place).Zip(target, (a, b) => (a - b).Magnitude).Average() / FaceMesh.InterocularOf(target);
    }

    /// <summary>Root mean square of what a Gaussian takes away of eyes and nose; an open mouth is the subject's own.</summary>
    private static double Energy(Mat lightness, Complex[] points)
    {
        using var features = new Mat(lightness.Size(), MatType.CV_8UC1, Scalar.Black);
        foreach (var range in new[] { 36..42, 42..48, 31..36 })
            Cv2.FillConvexPoly(features, Cv2.ConvexHull(SureSkin.Points(points, range)), Scalar.White);
        using var smooth = lightness.Smooth(High);
        return Cv2.Norm(lightness, smooth, NormTypes.L2, features) / Math.Sqrt(Math.Max(1, Cv2.CountNonZero(features)));
    }
}
