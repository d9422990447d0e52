using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>What the treatment of a picture takes: the picture, and copies of the largest face that is treated.</summary>
internal static class TreatmentMemory
{
    // Bytes a pixel of the picture.
    private const int Colours = 3;
    private const int Luminance = 1; // while it is looked at: where the original is kept, that is over, and this is headroom
    private const int Opacity = 2; // the written picture's, too

    // Bytes a pixel of the largest region.
    private const int Region = 6; // the mask, and what is put into it
    private const int Head = 12; // of a head there are few samples or blocks, so large that the last reach beyond it
    private const int Verification = 4; // the region as it was, too
    private const int Restoring = 8; // its colours, and perhaps its opacity

    /// <summary>Refuses a treatment that would take too much memory for its upload.</summary>
    /// <param name="uploaded">Length of the picture file.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="treated">Who is treated.</param>
    /// <param name="options">What is done.</param>
    /// <param name="keepsOriginal">Whether the picture stays as it was, beside the treated one.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    public static void Check(
        int uploaded, UprightImage picture, IEnumerable<Subject> treated, DeidentificationOptions options, bool keepsOriginal)
    {
        var size = picture.Bgr.ImageSize();
        var perPixel = Colours + Luminance
            + (picture.Alpha is null ? 0 : Opacity)
            + (picture.Stretched is null ? 0 : 2 * Colours) // as it is looked at, and as it is treated
            + (keepsOriginal ? Colours + (picture.Alpha is null ? 0 : Opacity) : 0);
        var region = treated.Select(subject => Pixels(ProtectedRegion.BoundsOf(subject, picture.Bgr.Size(), options.Region)))
            .DefaultIfEmpty(0).Max();
        var perPixelOfRegion = (options.Region == RegionShape.Head ? Head : Region) + (options.Verify ? Verification : 0);
        MemoryLimit.Check(uploaded, size, perPixel, region * perPixelOfRegion);
    }

    /// <summary>Refuses to bring faces back that would take too much memory for their upload.</summary>
    /// <param name="uploaded">Length of the picture file and its seal.</param>
    /// <param name="picture">The public picture.</param>
    /// <param name="regions">Where the faces are.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    public static void CheckRestoring(int uploaded, UprightImage picture, IEnumerable<Box> regions) => MemoryLimit.Check(
        uploaded, picture.Bgr.ImageSize(), Colours + Luminance,
        regions.Max(region => (double)region.Width * region.Height) * Restoring);

    private static double Pixels(Rect region) => (double)Math.Max(0, region.Width) * Math.Max(0, region.Height);
}
