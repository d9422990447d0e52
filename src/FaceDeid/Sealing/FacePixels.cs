using FaceDeid.Detection;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>
/// The pixels that a treatment changed, each the property of one face, so that bringing one person back shows nothing of another: of the face
/// whose box's centre is nearest, in sizes of the box.
/// </summary>
internal static class FacePixels
{
    private const short Nobody = -1;

    /// <summary>What each face needs to come back; null: no pixel is its own.</summary>
    /// <param name="original">Before, <c>CV_8UC3</c>.</param>
    /// <param name="treated">After.</param>
    /// <param name="alpha">The opacity, or null. What is fully transparent is in no public picture, before or after.</param>
    /// <param name="faces">Where the treated faces are.</param>
    public static IReadOnlyList<OwnPixels?> Of(Mat original, Mat treated, Mat? alpha, IReadOnlyList<Box> faces)
    {
        using var changed = new Mat();
        Difference(original, treated, alpha, changed);
        using var owners = new Mat(changed.Size(), MatType.CV_16SC1, new Scalar(Nobody));
        var bounds = Assign(changed, owners, faces);
        return [.. bounds.Select((own, face) => own.Width <= 0 ? null : new OwnPixels(own.ToBox(), Encoded(original, owners, own, face)))];
    }

    /// <summary>Puts a face's own pixels back.</summary>
    /// <param name="canvas">The public picture.</param>
    /// <param name="region">Where they are.</param>
    /// <param name="pixels">What <see cref="Of"/> made of them.</param>
    public static void Restore(Mat canvas, Box region, UprightImage pixels)
    {
        if (pixels.Alpha is null || pixels.Bgr.ImageSize() != new ImageSize(region.Width, region.Height))
            throw new ArgumentException("These are not the pixels of the region.", nameof(pixels));
        using var place = canvas.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        pixels.Bgr.CopyTo(place, pixels.Alpha);
    }

    // 0 where a pixel is as it was, or fully transparent.
    private static void Difference(Mat original, Mat treated, Mat? alpha, Mat changed)
    {
        using var difference = new Mat();
        Cv2.Absdiff(original, treated, difference);
        using var flat = difference.Reshape(1, difference.Rows * difference.Cols);
        using var most = new Mat();
        Cv2.Reduce(flat, most, ReduceDimension.Column, ReduceTypes.Max, -1);
        using var shaped = most.Reshape(1, original.Rows);
        shaped.CopyTo(changed);
        if (alpha is null)
            return;
        using var hidden = new Mat();
        Cv2.Compare(alpha, Scalar.Black, hidden, CmpTypes.EQ);
        changed.SetTo(Scalar.Black, hidden);
    }

    // Returns what rectangle of the picture is each face's.
    private static unsafe Rect[] Assign(Mat changed, Mat owners, IReadOnlyList<Box> faces)
    {
        var bounds = new (int Left, int Top, int Right, int Bottom)[faces.Count];
        Array.Fill(bounds, (int.MaxValue, int.MaxValue, -1, -1));
        for (var (y, rows, columns) = (0, changed.Rows, changed.Cols); y < rows; y++)
        {
            var row = new ReadOnlySpan<byte>((byte*)changed.Ptr(y), columns);
            var owner = new Span<short>((short*)owners.Ptr(y), columns);
            for (var x = row.IndexOfAnyExcept((byte)0); x >= 0 && x < row.Length; x++)
            {
                if (row[x] == 0)
                    continue;
                var face = Nearest(faces, x, y);
                owner[x] = (short)face;
                var own = bounds[face];
                bounds[face] = (Math.Min(own.Left, x), Math.Min(own.Top, y), Math.Max(own.Right, x), Math.Max(own.Bottom, y));
            }
        }

        return [.. bounds.Select(own => own.Right < 0 ? default : new Rect(own.Left, own.Top, own.Right - own.Left + 1, own.Bottom - own.Top + 1))];
    }

    private static int Nearest(IReadOnlyList<Box> faces, int x, int y)
    {
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < faces.Count; i++)
        {
            var face = faces[i];
            var dx = (x - face.X - (face.Width / 2.0)) / face.Width;
            var dy = (y - face.Y - (face.Height / 2.0)) / face.Height;
            var distance = (dx * dx) + (dy * dy);
            if (distance < least)
                (nearest, least) = (i, distance);
        }

        return nearest;
    }

    private static byte[] Encoded(Mat original, Mat owners, Rect own, int face)
    {
        using var pixels = original.SubMat(own);
        using var owner = owners.SubMat(own);
        using var mine = new Mat();
        Cv2.InRange(owner, new Scalar(face), new Scalar(face), mine);
        return ImageEncoder.Encode(pixels, mine, new ImageOutput(ImageFormat.Png));
    }

    private static Box ToBox(this Rect rect) => new(rect.X, rect.Y, rect.Width, rect.Height);
}

/// <summary>The original pixels of one face.</summary>
/// <param name="Region">Where they are.</param>
/// <param name="Png">They, as red-green-blue-alpha: opaque where a pixel is the face's own, else transparent and black.</param>
internal sealed record OwnPixels(Box Region, byte[] Png);
