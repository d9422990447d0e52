using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>Puts a donor's face into a picture.</summary>
internal static class DonorBlend
{
    private const double Feather = 0.1; // of the face's width: how far inside its outline the donor becomes opaque
    private const double Shading = 0.25; // of the face's width: what is coarser is the subject's tone and light
    private const int ShadingCells = 32; // across the face: finer detail of the light is not looked at

    /// <summary>Blends the donor over the subject's face.</summary>
    public static void Wear(Mat canvas, Subject subject, DonorFace donor, double share)
    {
        var outline = donor.OutlineOn(subject.Landmarks, share);
        var bounds = Bounds(outline, canvas.Size());
        if (bounds.Width <= 0 || bounds.Height <= 0)
            return;
        using var pixels = canvas.SubMat(bounds);
        using var rendered = donor.Render(subject.Landmarks, [.. outline.Select(p => p - new Complex(bounds.X, bounds.Y))], bounds.Size, out var coverage);
        using (coverage)
        {
            if (IsGray(pixels))
                MakeGray(rendered);
            var width = (outline[16] - outline[0]).Magnitude;
            using var light = Light(pixels, rendered, coverage, width);
            using var opacity = Opacity(coverage, Feather * width);
            Blend(pixels, rendered, light, opacity);
        }
    }

    private static Rect Bounds(Complex[] outline, Size picture)
    {
        var around = Cv2.BoundingRect(outline.Select(p => new Point(Math.Round(p.Real), Math.Round(p.Imaginary))).ToArray());
        around.Inflate(1, 1);
        return around.Intersect(new Rect(0, 0, picture.Width, picture.Height));
    }

    // A gray picture of three channels stays gray.
    private static bool IsGray(Mat pixels)
    {
        const double unseen = 2; // levels of 255: JPEG's chroma of a gray picture
        using var blue = pixels.ExtractChannel(0);
        using var green = pixels.ExtractChannel(1);
        using var red = pixels.ExtractChannel(2);
        return Cv2.Norm(blue, green, NormTypes.INF) <= unseen && Cv2.Norm(green, red, NormTypes.INF) <= unseen;
    }

    private static void MakeGray(Mat pixels)
    {
        using var gray = pixels.ToGray();
        Cv2.CvtColor(gray, pixels, ColorConversionCodes.GRAY2BGR);
    }

    /// <summary>What must be added to the donor to give it the subject's skin tone and light: the difference of both, coarsely. <c>CV_32FC3</c>.</summary>
    private static Mat Light(Mat subject, Mat donor, Mat coverage, double width)
    {
        var cell = Math.Max(1, (int)(width / ShadingCells));
        using var own = InnerAverage.Grid(subject, coverage, cell);
        using var other = InnerAverage.Grid(donor, coverage, cell);
        using var difference = new Mat();
        Cv2.Subtract(own, other, difference);
        using var weights = InnerAverage.Coverage(coverage, cell);
        using var coarse = InnerAverage.Gaussian(difference, weights, Shading * width / cell);
        using var whole = coarse.Resize(new Size(coarse.Width * cell, coarse.Height * cell), 0, 0, InterpolationFlags.Linear);
        using var part = whole.SubMat(0, subject.Height, 0, subject.Width);
        return part.Clone();
    }

    /// <summary>1 deep inside the outline, falling smoothly to 0 at its edge; the picture's own edge is none. <c>CV_32FC3</c>.</summary>
    private static Mat Opacity(Mat coverage, double feather)
    {
        using var distance = coverage.DistanceTransform(DistanceTypes.L2, DistanceTransformMasks.Mask3);
        using var ramp = new Mat();
        Cv2.Min(distance, new Scalar(feather), ramp);
        using var linear = new Mat();
        ramp.ConvertTo(linear, MatType.CV_32FC1, 1 / feather);
        // Smoothstep, 3x^2 - 2x^3: no visible line where the ramp begins and ends.
        using var square = new Mat();
        Cv2.Multiply(linear, linear, square);
        using var factor = new Mat();
        linear.ConvertTo(factor, MatType.CV_32FC1, -2, 3);
        Cv2.Multiply(square, factor, square);
        return square.CvtColor(ColorConversionCodes.GRAY2BGR);
    }

    private static void Blend(Mat pixels, Mat rendered, Mat light, Mat opacity)
    {
        using var worn = new Mat();
        Cv2.Add(rendered, light, worn, dtype: MatType.CV_32F);
        using var own = new Mat();
        pixels.ConvertTo(own, MatType.CV_32FC3);
        Cv2.Subtract(worn, own, worn);
        Cv2.Multiply(worn, opacity, worn);
        Cv2.Add(own, worn, worn);
        worn.ConvertTo(pixels, MatType.CV_8UC3);
    }
}
