using System.Buffers.Binary;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Windows and OS/2 bitmaps byte by byte.</summary>
internal static class BmpFile
{
    public const uint Rle8 = 1, Rle4 = 2, Masks = 3;

    /// <summary>A file of headers, palette or masks, and rows as they are given.</summary>
    /// <param name="headerLength">12, 40, 52, 56, 108 or 124.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels; negative: the first row is the upper one.</param>
    /// <param name="bits">Of a pixel.</param>
    /// <param name="rows">What follows.</param>
    /// <param name="palette">Blue, green, red (and a fourth byte from 40 on).</param>
    /// <param name="compression">As in the header.</param>
    /// <param name="masks">Red, green, blue, alpha.</param>
    public static byte[] Write(
        int headerLength, int width, int height, int bits, byte[] rows, byte[]? palette = null, uint compression = 0,
            uint[]? masks = null)
    {
        var header = new byte[headerLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, headerLength);
        if (headerLength == 12)
        {
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(4), (short)width);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(6), (short)height);
            header[8] = 1;
            header[10] = (byte)bits;
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), width);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), height);
            header[12] = 1;
            header[14] = (byte)bits;
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), compression);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), (uint)rows.Length);
            if (palette is not null)
                BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(32), palette.Length / 4);
        }

        var after = new byte[headerLength == 40 && masks is not null ? 12 : 0];
        for (var i = 0; masks is not null && i < masks.Length; i++)
        {
            if (headerLength == 40)
                BinaryPrimitives.WriteUInt32LittleEndian(after.AsSpan(i * 4), masks[i]);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40 + (i * 4)), masks[i]);
        }

        byte[] body = [.. header, .. after, .. palette ?? []];
        var start = new byte[14];
        "BM"u8.CopyTo(start);
        BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(2), start.Length + body.Length + rows.Length);
        BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(10), start.Length + body.Length);
        return [.. start, .. body, .. rows];
    }

    /// <summary>Rows of a picture, each padded to four bytes, the lowest first unless it is said otherwise.</summary>
    public static byte[] Rows(Picture picture, int bits, Func<int, int, uint> sample, bool topDown = false)
    {
        var stride = ((picture.Width * bits) + 31) / 32 * 4;
        var rows = new byte[stride * picture.Height];
        for (var y = 0; y < picture.Height; y++)
        {
            var row = rows.AsSpan((topDown ? y : picture.Height - 1 - y) * stride, stride);
            for (var x = 0; x < picture.Width; x++)
            {
                var value = sample(x, y);
                if (bits < 8)
                    row[x * bits / 8] |= (byte)(value << (8 - bits - (x * bits % 8)));
                for (var b = 0; bits >= 8 && b < bits / 8; b++)
                    row[(x * bits / 8) + b] = (byte)(value >> (8 * b));
            }
        }

        return rows;
    }
}
