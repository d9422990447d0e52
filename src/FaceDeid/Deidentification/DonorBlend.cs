using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>Puts a donor's face into a picture.</summary>
internal static class DonorBlend
{
    private const double Shading = 0.5; // of the face's width: what is coarser is the subject's tone and light
    private const int ShadingCells = 32; // across the face: finer detail of the light is not looked at
    private const int StripPixels = 1 << 18; // that are worked on at once: a face can fill the largest picture

    /// <summary>Blends the donor over the subject's face.</summary>
    public static void Wear(Mat canvas, Subject subject, DonorFace donor, double share)
    {
        using var face = donor.WornBy(subject.Landmarks, share);
        var bounds = face.Bounds(canvas.Size());
        if (bounds.Width <= 0 || bounds.Height <= 0)
            return;
        var cell = Math.Max(1, face.Width / ShadingCells);
        using var own = Coarse(canvas, bounds, cell);
        var isGray = IsGray(own);
        using var other = face.Render(bounds, cell);
        if (isGray)
            MakeGray(other);
        using var light = Light(own, other, Shading * face.Width / cell);
        var rows = Math.Max(1, StripPixels / bounds.Width);
        for (var top = bounds.Top; top < bounds.Bottom; top += rows)
        {
            var strip = new Rect(bounds.X, top, bounds.Width, Math.Min(rows, bounds.Bottom - top));
            using var rendered = face.Render(strip);
            if (isGray)
                MakeGray(rendered);
            using var lit = Enlarged(light, cell, top - bounds.Top, strip.Size);
            using var pixels = canvas.SubMat(strip);
            Blend(pixels, rendered, lit);
        }
    }

    /// <summary>The mean colour of each cell, <c>CV_8UC3</c>.</summary>
    private static Mat Coarse(Mat canvas, Rect bounds, double cell)
    {
        using var pixels = canvas.SubMat(bounds);
        return pixels.Resize(new Size(Math.Ceiling(bounds.Width / cell), Math.Ceiling(bounds.Height / cell)), 0, 0, InterpolationFlags.Area);
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

    private static void MakeGray(Mat rendered)
    {
        using var gray = rendered.CvtColor(ColorConversionCodes.BGRA2GRAY);
        using var opacity = rendered.ExtractChannel(3);
        Cv2.Merge([gray, gray, gray, opacity], rendered);
    }

    /// <summary>What must be added to the donor to give it the subject's skin tone and light: the difference of both, coarsely. <c>CV_32FC3</c>.</summary>
    private static Mat Light(Mat subject, Mat donor, double sigma)
    {
        using var colours = donor.CvtColor(ColorConversionCodes.BGRA2BGR);
        using var difference = new Mat();
        Cv2.Subtract(subject, colours, difference, dtype: (int)MatType.CV_32F);
        using var opacity = Opacity(donor);
        return InnerAverage.Gaussian(difference, opacity, sigma);
    }

    /// <summary>0 to 1, <c>CV_32FC1</c>.</summary>
    private static Mat Opacity(Mat rendered)
    {
        using var bytes = rendered.ExtractChannel(3);
        var opacity = new Mat();
        bytes.ConvertTo(opacity, MatType.CV_32FC1, 1 / 255.0);
        return opacity;
    }

    /// <summary>Some rows of a grid of cells, made smooth and as large as the picture.</summary>
    private static Mat Enlarged(Mat grid, double cell, int top, Size size)
    {
        using var toGrid = Mat.FromArray(new[,] { { 1 / cell, 0, (0.5 / cell) - 0.5 }, { 0, 1 / cell, ((top + 0.5) / cell) - 0.5 } });
        return grid.WarpAffine(toGrid, size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate);
    }

    private static void Blend(Mat pixels, Mat rendered, Mat light)
    {
        using var colours = rendered.CvtColor(ColorConversionCodes.BGRA2BGR);
        using var worn = new Mat();
        Cv2.Add(colours, light, worn, dtype: (int)MatType.CV_32F);
        Cv2.Subtract(worn, pixels, worn, dtype: (int)MatType.CV_32F);
        using var opacity = Opacity(rendered);
        using var opacities = opacity.CvtColor(ColorConversionCodes.GRAY2BGR);
        Cv2.Multiply(worn, opacities, worn);
        Cv2.Add(pixels, worn, pixels, dtype: (int)MatType.CV_8U);
    }
}
