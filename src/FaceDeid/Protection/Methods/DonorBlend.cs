using FaceDeid.Donors;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>Puts a donor's face into a picture.</summary>
internal static class DonorBlend
{
    private const double Shading = 0.5; // of the face's width: what is coarser is the subject's tone and light
    private const int ShadingCells = 32; // across the face: finer detail of the light is not looked at

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
        foreach (var strip in Strips.Split(bounds))
        {
            using var rendered = face.Render(strip);
            if (isGray)
                MakeGray(rendered);
            using var lit = Enlarged(light, cell, strip.Top - bounds.Top, strip.Size);
            using var pixels = canvas.SubMat(strip);
            Blend(pixels, rendered, lit);
        }
    }

    /// <summary>The mean colour of each cell, <c>CV_8UC3</c>.</summary>
    private static Mat Coarse(Mat canvas, Rect bounds, double cell)
    {
        using var pixels = canvas.SubMat(bounds);
        return pixels.Resize(
            new Size(Math.Ceiling(bounds.Width / cell), Math.Ceiling(bounds.Height / cell)), 0, 0, InterpolationFlags.Area);
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

    /// <summary>
    /// What must be added to the donor to give it the subject's skin tone and light: the difference of both, coarsely.
    /// <c>CV_32FC3</c>.
    /// </summary>
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
        using var toGrid = Mat.FromArray(
            new[,] { { 1 / cell, 0, (0.5 / cell) - 0.5 }, { 0, 1 / cell, ((top + 0.5) / cell) - 0.5 } });
        return grid.WarpAffine(
            toGrid, size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate);
    }

    private static unsafe void Blend(Mat pixels, Mat rendered, Mat light)
    {
        var (rows, columns) = (pixels.Rows, pixels.Cols);
        for (var y = 0; y < rows; y++)
        {
            var own = (byte*)pixels.Ptr(y);
            var donor = (byte*)rendered.Ptr(y);
            var lit = (float*)light.Ptr(y);
            for (var x = 0; x < columns; x++, own += 3, donor += 4, lit += 3)
            {
                var opacity = donor[3] / 255f;
                for (var channel = 0; opacity > 0 && channel < 3; channel++)
                {
                    own[channel] = (byte)Math.Clamp(
                        own[channel] + (opacity * (donor[channel] + lit[channel] - own[channel])) + 0.5f, 0, 255);
                }
            }
        }
    }
}
