using System.Buffers.Binary;
using NetVips;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>What libvips does not write: BMP.</summary>
internal static class BmpSeed
{
    private const int Rle8 = 1;
    private const int Masks = 3;

    /// <summary>24 bits, the lowest row first.</summary>
    public static byte[] Colours(Image face) => Write(40, face, 24, 0, [], Rows(face, (rgb, _) => [rgb[2], rgb[1], rgb[0]]));

    /// <summary>V5 with an alpha mask.</summary>
    public static byte[] Alpha(Image clear) =>
        Write(124, clear, 32, Masks, [], Rows(clear, (rgba, _) => [rgba[2], rgba[1], rgba[0], rgba[3]]));

    /// <summary>A palette of grays, and runs of one pixel each.</summary>
    public static byte[] Runs(Image gray) => Write(
        40, gray, 8, Rle8, [.. Enumerable.Range(0, 256).SelectMany(i => (byte[])[(byte)i, (byte)i, (byte)i, 0])],
        Rows(gray, (value, isLast) => isLast ? [1, value[0], 0, 0] : [1, value[0]], padded: false));

    private static byte[] Rows(Image image, Func<byte[], bool, byte[]> pixel, bool padded = true)
    {
        var samples = image.WriteToMemory<byte>();
        var rows = new List<byte>();
        for (var y = image.Height - 1; y >= 0; y--)
        {
            for (var x = 0; x < image.Width; x++)
                rows.AddRange(pixel(samples[(((y * image.Width) + x) * image.Bands)..][..image.Bands], x == image.Width - 1));
            while (padded && rows.Count % 4 != 0)
                rows.Add(0);
        }

        return [.. rows];
    }

    private static byte[] Write(int headerLength, Image image, int bits, int compression, byte[] palette, byte[] rows)
    {
        var head = new byte[14 + headerLength];
        "BM"u8.CopyTo(head);
        (int At, int Value)[] numbers =
        [
            (2, head.Length + palette.Length + rows.Length), (10, head.Length + palette.Length), (14, headerLength),
                (18, image.Width), (22, image.Height),
            (26, 1 | (bits << 16)), (30, compression), (34, rows.Length),
        ];
        foreach (var (at, value) in numbers)
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at), value);
        if (compression == Masks)
            ((byte[])[0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255]).CopyTo(head.AsSpan(54));
        return [.. head, .. palette, .. rows];
    }
}
