using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>
/// The headers of a Windows or OS/2 bitmap: 12 bytes (OS/2 1), 16 to 64 (OS/2 2), 40 (Windows 3), 52 and 56 (with masks), 108
/// (V4), 124 (V5).
/// </summary>
internal static class BmpHeader
{
    private const int FileHeader = 14;
    private const uint Masks = 3, Jpeg = 4, Png = 5, MasksWithAlpha = 6; // kinds of compression

    public static bool IsBmp(ReadOnlySpan<byte> file) =>
        file.Length >= FileHeader + 12 && file.StartsWith("BM"u8)
            && UInt32(file, FileHeader) is 12 or (>= 16 and <= 64) or 108 or 124;

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        var header = file[FileHeader..];
        var isOld = header[0] == 12;
        int width, height, bits;
        uint compression = 0;
        var hasAlpha = false;
        if (isOld)
            (width, height, bits) = (UInt16(header, 4), UInt16(header, 6), UInt16(header, 10));
        else
        {
            (width, height, bits) = ((int)UInt32(header, 4), (int)UInt32(header, 8), UInt16(header, 14));
            compression = header[0] >= 20 ? UInt32(header, 16) : 0;
            hasAlpha = (header[0] >= 56 || compression == MasksWithAlpha) && compression is Masks or MasksWithAlpha
                && UInt32(header, 52) != 0;
        }

        if (width <= 0 || height is 0 or int.MinValue)
            throw Refusals.Corrupt(inner: null);
        if (compression is Jpeg or Png || bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32))
            throw new FaceDeidException(FaceDeidError.UnsupportedFormat,
                "The BMP holds another format or an unusual depth. Save it as PNG.");

        return new ImageHeader(ImageFormat.Bmp, new ImageSize(width, Math.Abs(height)), Orientation: 1, hasAlpha);
    }

    private static int UInt16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.Slice(at, 2));

    private static uint UInt32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(at, 4));
}
