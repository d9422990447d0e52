using System.Buffers.Binary;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Sealing;

/// <summary>
/// The pixels that a treatment changed, each the property of one face, so that bringing one person back shows nothing of another:
/// of the face whose box's centre is nearest, in sizes of the box.
/// </summary>
internal static class FacePixels
{
    private const short Nobody = -1;
    private const int Tile = 32;
    private const byte FirstOfPng = 0x89;
    private const int LengthBytes = sizeof(uint);

    /// <summary>What each face needs to come back; null: no pixel is its own.</summary>
    /// <param name="original">Before. The colours of what is fully transparent are in no public picture, before or after.</param>
    /// <param name="treated">After.</param>
    /// <param name="faces">Where the treated faces are.</param>
    /// <param name="hasOpacity">Whether the public picture has opacity; else both are seen on white.</param>
    public static IReadOnlyList<OwnPixels?> Collect(
        UprightImage original, UprightImage treated, IReadOnlyList<Box> faces, bool hasOpacity)
    {
        // First only where: of a large picture with few faces, what is changed is a small part.
        var all = Strips.Split(new Rect(default, original.Bgr.Size())).Select(Extent).Aggregate(default(Rect), Both);
        if (all.Width <= 0)
            return new OwnPixels?[faces.Count];
        var isOpacityChanged = false;
        using var changed = new Mat(all.Size, MatType.CV_8UC1);
        foreach (var strip in Strips.Split(all))
        {
            using var part = changed.SubMat(strip - all.TopLeft);
            isOpacityChanged |= CompareStrip(strip, part);
        }

        using var owners = new Mat(all.Size, MatType.CV_16SC1, new Scalar(Nobody));
        var bounds = Assign(changed, owners, all, faces);
        return [.. bounds.Select((own, face) =>
        {
            if (own.Width <= 0)
                return null;
            using var pixels = Part(original, own, hasOpacity);
            using var owner = owners.SubMat(own - all.TopLeft);
            return new OwnPixels(own.ToBox(), Encoded(pixels, isOpacityChanged, owner, face));
        })];

        Rect Extent(Rect strip)
        {
            using var part = new Mat(strip.Size, MatType.CV_8UC1);
            CompareStrip(strip, part);
            var extent = Cv2.BoundingRect(part);
            return extent.Width <= 0 ? default : extent + strip.TopLeft;
        }

        bool CompareStrip(Rect strip, Mat part)
        {
            using var before = Part(original, strip, hasOpacity);
            using var after = Part(treated, strip, hasOpacity);
            return Compare(before, after, part);
        }
    }

    /// <summary>Puts a face's own pixels back.</summary>
    /// <param name="canvas">The public picture.</param>
    /// <param name="region">Where they are.</param>
    /// <param name="pixels">What <see cref="Collect"/> made of them: the colours, and perhaps the opacity.</param>
    public static void Restore(UprightImage canvas, Box region, IReadOnlyList<UprightImage> pixels)
    {
        Paste(pixels[0].Bgr, pixels[0], canvas.Bgr, region);
        if (pixels.Count == 1)
            return;
        using var opacity = pixels[1].Bgr.ExtractChannel(0);
        Paste(opacity, pixels[1], canvas.Alpha!, region);
    }

    /// <summary>The pictures in what <see cref="Collect"/> made, one or two; null: this is none of it.</summary>
    public static IReadOnlyList<byte[]>? Split(byte[] content)
    {
        if (content is [FirstOfPng, ..])
            return [content];
        if (content.Length < LengthBytes)
            return null;
        var colours = BinaryPrimitives.ReadUInt32BigEndian(content);
        return colours > content.Length - LengthBytes
            ? null
            : [content[LengthBytes..(LengthBytes + (int)colours)], content[(LengthBytes + (int)colours)..]];
    }

    private static void Paste(Mat samples, UprightImage own, Mat canvas, Box region)
    {
        using var place = canvas.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        samples.CopyTo(place, own.Alpha!);
    }

    // A part of a picture as the public one shows it.
    private static UprightImage Part(UprightImage picture, Rect part, bool hasOpacity)
    {
        using var colours = picture.Bgr.SubMat(part);
        using var opacity = picture.Alpha?.SubMat(part);
        if (hasOpacity)
            return new UprightImage(colours.Share(), opacity?.Share());
#pragma warning disable IDISP001 // the result's
        var shown = Appearances.Render(colours, opacity, Appearance.OnWhite);
#pragma warning restore IDISP001
        return new UprightImage(shown, alpha: null);
    }

    // Leaves 0 where a pixel is as it was; returns whether any opacity is not.
    private static bool Compare(UprightImage before, UprightImage after, Mat changed)
    {
        Difference(before.Bgr, after.Bgr, changed);
        if (before.Alpha is null)
            return false;
        using var hidden = new Mat();
        Cv2.Compare(before.Alpha, Scalar.Black, hidden, CmpTypes.EQ);
        changed.SetTo(Scalar.Black, hidden);
        using var opacity = new Mat();
        Cv2.Absdiff(before.Alpha, after.Alpha!, opacity);
        Cv2.BitwiseOr(changed, opacity, changed);
        return Cv2.CountNonZero(opacity) > 0;
    }

    private static Rect Both(Rect one, Rect other) => one.Width <= 0 ? other : other.Width <= 0 ? one : one.Union(other);

    private static void Difference(Mat before, Mat after, Mat changed)
    {
        using var difference = new Mat();
        Cv2.Absdiff(before, after, difference);
        using var flat = difference.Reshape(1, difference.Rows * difference.Cols);
        using var most = new Mat();
        Cv2.Reduce(flat, most, ReduceDimension.Column, ReduceTypes.Max, -1);
        using var shaped = most.Reshape(1, changed.Rows);
        shaped.CopyTo(changed);
    }

    // Returns what rectangle of the picture is each face's.
    private static unsafe Rect[] Assign(Mat changed, Mat owners, Rect all, IReadOnlyList<Box> faces)
    {
        var bounds = new (int Left, int Top, int Right, int Bottom)[faces.Count];
        Array.Fill(bounds, (int.MaxValue, int.MaxValue, -1, -1));
        foreach (var tile in Tiles(all))
        {
            List<int>? near = null;
            for (var y = tile.Top; y < tile.Bottom; y++)
            {
                var row = new ReadOnlySpan<byte>((byte*)changed.Ptr(y - all.Y) + tile.X - all.X, tile.Width);
                var owner = new Span<short>((short*)owners.Ptr(y - all.Y) + tile.X - all.X, tile.Width);
                for (var x = row.IndexOfAnyExcept((byte)0); x >= 0 && x < row.Length; x++)
                {
                    if (row[x] == 0)
                        continue;
                    near ??= Near(faces, tile);
                    var face = Nearest(faces, near, tile.X + x, y);
                    owner[x] = (short)face;
                    var own = bounds[face];
                    bounds[face] = (Math.Min(own.Left, tile.X + x), Math.Min(own.Top, y),
                        Math.Max(own.Right, tile.X + x), Math.Max(own.Bottom, y));
                }
            }
        }

        return [.. bounds.Select(own =>
            own.Right < 0 ? default : new Rect(own.Left, own.Top, own.Right - own.Left + 1, own.Bottom - own.Top + 1))];
    }

    private static IEnumerable<Rect> Tiles(Rect all)
    {
        for (var y = all.Y; y < all.Bottom; y += Tile)
        {
            WorkerGate.Checkpoint();
            for (var x = all.X; x < all.Right; x += Tile)
                yield return new Rect(x, y, Math.Min(Tile, all.Right - x), Math.Min(Tile, all.Bottom - y));
        }
    }

    // The faces that can be nearest to a pixel of the tile: no other is nearer to all of it. A crowd's other faces are not even
    // looked at.
    private static List<int> Near(IReadOnlyList<Box> faces, Rect tile)
    {
        var (right, bottom) = (tile.Right - 1, tile.Bottom - 1);
        var ranges = faces.Select((face, index) =>
        {
            var (x, y) = (face.X + (face.Width / 2.0), face.Y + (face.Height / 2.0));
            var least = Distance(face, Math.Clamp(x, tile.X, right), Math.Clamp(y, tile.Y, bottom));
            var most = Distance(face, x - tile.X > right - x ? tile.X : right, y - tile.Y > bottom - y ? tile.Y : bottom);
            return (Index: index, Least: least, Most: most);
        }).ToList();
        var most = ranges.Min(range => range.Most);
        return [.. ranges.Where(range => range.Least <= most).Select(range => range.Index)];
    }

    // Of equal ones the first.
    private static int Nearest(IReadOnlyList<Box> faces, List<int> near, int x, int y)
    {
        var (nearest, least) = (near[0], double.PositiveInfinity);
        foreach (var face in near)
        {
            var distance = Distance(faces[face], x, y);
            if (distance < least)
                (nearest, least) = (face, distance);
        }

        return nearest;
    }

    private static double Distance(Box face, double x, double y)
    {
        var dx = (x - face.X - (face.Width / 2.0)) / face.Width;
        var dy = (y - face.Y - (face.Height / 2.0)) / face.Height;
        return (dx * dx) + (dy * dy);
    }

    private static byte[] Encoded(UprightImage original, bool isOpacityChanged, Mat owner, int face)
    {
        WorkerGate.Checkpoint();
        using var mine = new Mat();
        Cv2.InRange(owner, new Scalar(face), new Scalar(face), mine);
        if (!isOpacityChanged)
            return ImageEncoder.Encode(original.Bgr, mine, new ImageOutput(ImageFormat.Png));

        using var shown = original.ToVisible();
        using var opacity = original.Alpha!.CvtColor(ColorConversionCodes.GRAY2BGR);
        var first = ImageEncoder.Encode(shown, mine, new ImageOutput(ImageFormat.Png));
        var length = new byte[LengthBytes];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)first.Length);
        return [.. length, .. first, .. ImageEncoder.Encode(opacity, mine, new ImageOutput(ImageFormat.Png))];
    }

    private static Box ToBox(this Rect rect) => new(rect.X, rect.Y, rect.Width, rect.Height);
}

/// <summary>The original pixels of one face.</summary>
/// <param name="Region">Where they are.</param>
/// <param name="Content">
/// They, as a PNG of red-green-blue-alpha: opaque where a pixel is the face's own, else transparent and black. Where the
/// picture's opacity was changed: the length of this PNG in 4 bytes, most significant first; it; and another PNG that has the
/// opacity as gray.
/// </param>
internal sealed record OwnPixels(Box Region, byte[] Content);
