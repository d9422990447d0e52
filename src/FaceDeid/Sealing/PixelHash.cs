using System.Security.Cryptography;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>
/// SHA-256 of a picture's samples: red, green, blue, alpha of each pixel, row by row; alpha is 255 where the picture has none.
/// </summary>
internal static class PixelHash
{
    private const int RowsAtOnce = 64; // a large picture is not held a second time

    public static byte[] Compute(UprightImage picture)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var (y, rows) = (0, picture.Bgr.Rows); y < rows; y += RowsAtOnce)
            Append(hash, picture, y, Math.Min(y + RowsAtOnce, rows));
        return hash.GetHashAndReset();
    }

    private static unsafe void Append(IncrementalHash hash, UprightImage picture, int from, int to)
    {
        using var colours = picture.Bgr.RowRange(from, to);
        using var samples = colours.CvtColor(ColorConversionCodes.BGR2RGBA);
        if (picture.Alpha is not null)
        {
            using var alpha = picture.Alpha.RowRange(from, to);
            Cv2.InsertChannel(alpha, samples, 3);
        }

        hash.AppendData(new ReadOnlySpan<byte>(samples.DataPointer, checked((int)(samples.Total() * samples.ElemSize()))));
    }
}
