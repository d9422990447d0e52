namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What one request may take: a small file must not take much memory, however many pixels it claims. Photos are far from the
/// limit: they have less than 40 pixels a byte.
/// </summary>
internal static class MemoryLimit
{
    private const long Least = 400_000_000;
    private const long OfUploadedByte = 400;

    /// <summary>Refuses work before it takes more than its upload may.</summary>
    /// <param name="uploaded">Length of the picture file.</param>
    /// <param name="size">Size of the picture.</param>
    /// <param name="bytesPerPixel">What each of its pixels takes at most, at once.</param>
    /// <param name="others">What is taken beside, in bytes.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    public static void Check(int uploaded, ImageSize size, int bytesPerPixel, double others = 0)
    {
        var needed = ((long)size.Width * size.Height * bytesPerPixel) + others;
        if (needed <= Math.Max(Least, OfUploadedByte * uploaded))
            return;
        throw new FaceDeidException(
            FaceDeidError.TooManyPixels,
            $"The picture of {size.Width} x {size.Height} pixels and {uploaded} bytes would take {Math.Ceiling(needed / 1e6)} MB "
            + $"of memory. A picture may take {Least / 1_000_000} MB, or {OfUploadedByte} times the bytes of its file where that "
            + "is more: send a smaller one.");
    }
}
