using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>What the treatment of a picture takes: the picture, and copies of the largest face that is treated.</summary>
internal static class TreatmentMemory
{
    private const double Padding = 0.2; // of the box, to each side: the region reaches beyond it

    // Bytes a pixel of the picture.
    private const int Colours = 3;
    private const int Luminance = 1;
    private const int Opacity = 2; // the written picture's, too

    // Bytes a pixel of the largest region.
    private const int Region = 6; // the mask, and what is put into it
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
        var region = treated.Select(subject => Pixels(subject, size)).DefaultIfEmpty(0).Max();
        MemoryLimit.Check(uploaded, size, perPixel, region * (Region + (options.Verify ? Verification : 0)));
    }

    /// <summary>Refuses to bring faces back that would take too much memory for their upload.</summary>
    /// <param name="uploaded">Length of the picture file and its seal.</param>
    /// <param name="picture">The public picture.</param>
    /// <param name="regions">Where the faces are.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    public static void CheckRestoring(int uploaded, UprightImage picture, IEnumerable<Box> regions) => MemoryLimit.Check(
        uploaded, picture.Bgr.ImageSize(), Colours + Luminance,
        regions.Max(region => (double)region.Width * region.Height) * Restoring);

    private static double Pixels(Subject subject, ImageSize picture)
    {
        var box = subject.Box;
        var (x, y) = (Padding * box.Width, Padding * box.Height);
        var width = Math.Min(picture.Width, box.X + box.Width + x) - Math.Max(0, box.X - x);
        var height = Math.Min(picture.Height, box.Y + box.Height + y) - Math.Max(0, box.Y - y);
        return Math.Max(0, width) * Math.Max(0, height);
    }
}
